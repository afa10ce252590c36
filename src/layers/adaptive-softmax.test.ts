import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { lookUp } from "../autograd/look-up.ts";
import { sum } from "../autograd/sum.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { AdaptiveSoftmax, defaultCutoffs } from "./adaptive-softmax.ts";

const [ROWS, NX, CLASSES] = [7, 16, 23];
const TARGETS = Int32Array.from([0, 4, 5, 9, 22, 10, 3]);

const values = new Float32Array(ROWS * NX);
new Random(4, "adaptive soft-max test").fillUniform(values, -2, 2);

const layerOf = (engine: Engine, cutoffs: readonly number[] = [5, 10]) =>
  new AdaptiveSoftmax({ engine, name: "dense", inputSize: NX, classes: CLASSES, cutoffs, seed: 1 });

describe.each(ENGINES)("AdaptiveSoftmax, %s", (_, engine) => {
  it("gives probabilities that sum to 1, and losses that are their logarithms", () => {
    const layer = layerOf(engine);
    const [scores, losses] = step(engine, () => {
      const x = Tensor.from(engine, ROWS, NX, values);
      return [[...layer.scores(x).toArray()], [...layer.losses(x, TARGETS).toArray()]] as const;
    });
    for (let row = 0; row < ROWS; row++) {
      const own = scores.slice(row * CLASSES, (row + 1) * CLASSES);
      expect(own.reduce((total, logP) => total + Math.exp(logP), 0)).toBeCloseTo(1, 5);
      expect(losses[row]).toBeCloseTo(-own[TARGETS[row]!]!, 5);
    }
  });

  it("without groups is a plain soft-max", () => {
    const layer = layerOf(engine, []);
    expect(layer.tails).toEqual([]);
    const total = step(engine, () => {
      const scores = [...layer.scores(Tensor.from(engine, ROWS, NX, values)).toArray()];
      return scores.reduce((all, logP) => all + Math.exp(logP), 0);
    });
    expect(total).toBeCloseTo(ROWS, 4);
  });
});

describe("AdaptiveSoftmax", () => {
  it("has the gradients of central differences within 1e-7: input, head and groups", () => {
    const engine = new ReferenceEngine();
    const layer = layerOf(engine);
    const x = new Parameter(engine, "x", ROWS, NX, values);
    const rows = [...Array(ROWS).keys()];
    const loss = (on: Engine): Tensor => sum(layer.losses(lookUp(x, Indices.from(on, rows, ROWS)), TARGETS));
    for (const { name, error } of gradCheck([x, ...layer.parameters], loss)) expect(error, name).toBeLessThan(1e-7);
  });

  it("narrows each group to a fourth of the numbers of the one before, to one at least", () => {
    const engine = new ReferenceEngine();
    const widths = (inputSize: number) =>
      new AdaptiveSoftmax({ engine, name: "dense", inputSize, classes: 9, cutoffs: [2, 4, 6], seed: 1 }).tails.map(
        ({ narrow }) => [narrow.rows, narrow.columns],
      );
    expect(widths(64)).toEqual([
      [64, 16],
      [64, 4],
      [64, 1],
    ]);
    expect(widths(7).map(([, columns]) => columns)).toEqual([1, 1, 1]);
  });

  it("draws what narrows a group within 1 / √(input size), for each group anew", () => {
    const layer = layerOf(new ReferenceEngine());
    const [first, second] = layer.tails.map(({ narrow }) => [...narrow.toArray()]);
    for (const drawn of [first!, second!]) {
      const largest = Math.max(...drawn.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(NX));
      expect(largest).toBeGreaterThan(0.5 / Math.sqrt(NX));
    }
    expect(first!.slice(0, NX)).not.toEqual(second);
  });

  it("has a name in its parts for every parameter", () => {
    const layer = layerOf(new ReferenceEngine());
    const named = Object.values(layer.parts).flatMap((part) => (part instanceof Parameter ? [part] : part.parameters));
    expect(Object.keys(layer.parts)).toEqual(["head", "tail.0.narrow", "tail.0", "tail.1.narrow", "tail.1"]);
    expect(named).toEqual(layer.parameters);
  });

  it("splits a vocabulary at a fiftieth and a fifth, where there is anything to split", () => {
    expect(defaultCutoffs(100_000)).toEqual([2000, 20_000]);
    expect(defaultCutoffs(60)).toEqual([2, 12]);
    expect(defaultCutoffs(2)).toEqual([1]);
    expect(defaultCutoffs(1)).toEqual([]);
  });

  it("takes cutoffs only as they ascend within the vocabulary", () => {
    const engine = new ReferenceEngine();
    for (const cutoffs of [[0], [5, 5], [9, 4], [23], [2.5]]) {
      expect(() => layerOf(engine, cutoffs)).toThrow("dense, cutoffs: expected integers that ascend from 1 to 22");
    }
  });
});
