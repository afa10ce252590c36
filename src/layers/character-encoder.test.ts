import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/conformance/numbers.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { sum } from "../autograd/sum.ts";
import { lstm } from "../cells/lstm.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { mul } from "../expression/expression.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CharacterEncoder } from "./character-encoder.ts";

const WORDS = { letters: [[1, 2], [3], [4, 3, 2, 1, 0]].map((ids) => Int32Array.from(ids)), wordOf: [2, 0, 2, 1] };
const encoderOf = (engine: Engine): CharacterEncoder =>
  new CharacterEncoder({
    engine,
    name: "chars",
    cell: lstm(),
    vocabularySize: 5,
    embeddingSize: 3,
    hiddenSize: 4,
    seed: 1,
  });
const square = elementwise((v) => mul(v, v));
const lossOf = (encoder: CharacterEncoder): Tensor => sum(square(encoder.run(WORDS)));

describe("CharacterEncoder", () => {
  it("gives a word's last states of both directions, the same bits alone and among others", () => {
    const engine = new WasmEngine();
    const encoder = encoderOf(engine);
    const together = step(engine, () => encoder.run(WORDS).toArray());
    const size = encoder.outputSize;
    expect(size).toBe(8);
    WORDS.wordOf.forEach((word, row) => {
      const alone = step(engine, () => encoder.run({ letters: [WORDS.letters[word]!], wordOf: [0] }).toArray());
      expectSameBits(together.subarray(row * size, row * size + size), alone, `row ${row}`);
    });
  });

  it("has the gradients of central differences within 1e-7", () => {
    const encoder = encoderOf(new WasmEngine());
    for (const { name, error } of gradCheck(encoder.parameters, () => lossOf(encoder))) {
      expect(error, name).toBeLessThan(1e-7);
    }
  });

  it("gives in float32 what float64 gives within 1e-5", () => {
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const encoder = encoderOf(engine);
      const loss = step(engine, () => differentiate(engine, () => lossOf(encoder)));
      return [[loss], ...encoder.parameters.map((p) => p.gradient())];
    });
    exact!.forEach((values, i) => {
      expectClose(fast![i]!, values, 1e-5, `${i}`);
    });
  });
});
