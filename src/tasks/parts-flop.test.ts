import { expect, it } from "vitest";
import { lstm } from "../cells/index.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import { Dense, deepRecurrent } from "../layers/index.ts";
import { Parameter } from "../tensor/parameter.ts";
import { flopOfParts } from "./parts-flop.ts";

const base = { engine: defaultEngine(), seed: 1 };
const deep = (layers: number, bidirectional: boolean) =>
  deepRecurrent({ ...base, name: "rnn", cell: lstm(), inputSize: 10, hiddenSize: 8, layers, bidirectional });

it("counts the products of recurrent and dense layers, twice that backward", () => {
  const dense = new Dense({ ...base, name: "dense", inputSize: 8, outputSize: 3 });
  const forward = 2 * (32 * (10 + 8) + 8 * 3);
  expect(flopOfParts({ rnn: deep(1, false), dense })).toEqual({ forward, backward: 2 * forward });
});

it("counts the product with a bare matrix", () => {
  const key = new Parameter(defaultEngine(), "key", 6, 5, new Float32Array(30));
  expect(flopOfParts({ key }).forward).toBe(2 * 6 * 5);
});

it("shows the doubling of a bidirectional layer", () => {
  const { forward } = flopOfParts({ rnn: deep(1, false) });
  expect(flopOfParts({ rnn: deep(1, true) }).forward).toBe(2 * forward);
});

it("counts no product for one-hot rows that are looked up, in either direction of the bottom layer alone", () => {
  expect(flopOfParts({ rnn: deep(2, false) }, ["rnn"]).forward).toBe(2 * 32 * (8 + 8 + 8));
  expect(flopOfParts({ rnn: deep(2, true) }, ["rnn"]).forward).toBe(2 * 2 * 32 * (8 + 16 + 8));
});
