import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import type { Merge } from "../autograd/merge.ts";
import { gru } from "../cells/gru.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { squaredError } from "../losses/squared-error.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Bidirectional } from "./bidirectional.ts";

const packing = new Packing([2, 4, 3]);
const [NX, NA] = [3, 5];
const values = new Float32Array(packing.rows * NX);
new Random(1, "bidirectional test").fillUniform(values, -1, 1);

function layerOf(engine: Engine, merge?: Merge): Bidirectional {
  return new Bidirectional({ engine, name: "rnn", cell: gru(), inputSize: NX, hiddenSize: NA, seed: 1, merge });
}

function outputOf(engine: Engine, merge?: Merge): ArrayLike<number> {
  return step(engine, () => {
    const x = Tensor.from(engine, packing.rows, NX, values);
    return layerOf(engine, merge).run(x, packing).output.toArray();
  });
}

describe.each(ENGINES)("Bidirectional, %s", (_, engine) => {
  it("merges the directions by concatenation, sum, mean or product", () => {
    const both = Array.from(outputOf(engine));
    expectSameBits(outputOf(engine, "concat"), both, "concat is the default");
    const merged = (of: (forward: number, backward: number) => number): number[] =>
      Array.from({ length: packing.rows * NA }, (_unused, i) => {
        const [row, j] = [Math.floor(i / NA), i % NA];
        return of(both[row * 2 * NA + j]!, both[row * 2 * NA + NA + j]!);
      });
    const rights: [Merge, number[]][] = [
      ["sum", merged((a, b) => a + b)],
      ["mean", merged((a, b) => (a + b) / 2)],
      ["mul", merged((a, b) => a * b)],
    ];
    for (const [merge, right] of rights) expectClose(outputOf(engine, merge), right, 1e-7, merge);
  });

  it("runs its forward half as a layer of one direction, and its backward half from each sequence's own end", () => {
    step(engine, () => {
      const layer = layerOf(engine);
      const x = Tensor.from(engine, packing.rows, NX, values);
      const both = layer.run(x, packing);
      const forward = layer.forward.run(x, packing);
      const [one, two] = [forward.output.toArray(), both.output.toArray()];
      for (let row = 0; row < packing.rows; row++) {
        expectSameBits(two.slice(row * 2 * NA, row * 2 * NA + NA), one.slice(row * NA, row * NA + NA), `row ${row}`);
      }
      // the backward direction's last state is its output at the first step, in the caller's order
      const first = packing.unpack(two, 2 * NA);
      const last = both.last().backward.toArray();
      for (let b = 0; b < packing.batchSize; b++) {
        const at = b * packing.steps * 2 * NA + NA;
        expectSameBits(first.slice(at, at + NA), Float64Array.from(last.slice(b * NA, b * NA + NA)), `sequence ${b}`);
      }
    });
  });
});

describe("Bidirectional", () => {
  it("reads row numbers as it reads the one-hot vectors that they stand for", () => {
    const engine = new WasmEngine();
    const layer = layerOf(engine);
    const ids = Int32Array.from({ length: packing.rows }, (_, i) => (i * i) % NX);
    const vectors = new Float32Array(packing.rows * NX);
    ids.forEach((id, row) => {
      vectors[row * NX + id] = 1;
    });
    step(engine, () => {
      const byNumber = layer.run(Indices.from(engine, ids, NX), packing).output.toArray();
      const byVector = layer.run(Tensor.from(engine, packing.rows, NX, vectors), packing).output.toArray();
      expectClose(byNumber, byVector, 1e-6, "output");
    });
  });

  it.each([
    "concat",
    "sum",
    "mean",
    "mul",
  ] satisfies Merge[])("%s has the gradients of central differences", (merge) => {
    const layer = layerOf(new WasmEngine(), merge);
    expect(layer.outputSize).toBe(merge === "concat" ? 2 * NA : NA);
    const reports = gradCheck(
      layer.parameters,
      (e) => {
        const { output } = layer.run(Tensor.from(e, packing.rows, NX, values), packing);
        return squaredError(output, Tensor.from(e, output.rows, output.columns, new Float32Array(output.size).fill(1)));
      },
      { samples: 12 },
    );
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("names the merges it knows", () => {
    expect(() => layerOf(new WasmEngine(), "average" as Merge)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn, merge: expected one of concat, sum, mean, mul, got "average".]`,
    );
    expect(() => layerOf(new WasmEngine(), "toString" as Merge)).toThrow("rnn, merge");
  });
});
