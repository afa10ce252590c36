import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { sum } from "../autograd/sum.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { mul } from "../expression/expression.ts";
import { softmaxCrossEntropy } from "../losses/softmax-cross-entropy.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Pooling, type PoolingKind, poolings } from "./pooling.ts";

const COLUMNS = 6;
const golden = loadRules<{ readonly lengths: readonly number[] }>("pooling");
const data = (name: string): Float64Array => golden.tensors[name]!.data as Float64Array;
const packing = new Packing(golden.case.lengths);
const product = elementwise((a, b) => mul(a, b));

function poolingOf(engine: Engine, kind: PoolingKind, bidirectional = false): Pooling {
  const pooling = new Pooling({ engine, name: "pooling", kind, inputSize: COLUMNS, bidirectional, seed: 1 });
  pooling.parameters.forEach((p, i) => {
    p.assign(data(["in.weight", "in.bias", "in.vector"][i]!));
  });
  return pooling;
}

describe.each(ENGINES)("Pooling, %s", (_, engine) => {
  const bound = engine.precision === "float32" ? 1e-5 : 1e-10;

  it.each<[string, PoolingKind, boolean]>([
    ["last", "last", false],
    ["last-of-both", "last", true],
    ["mean", "mean", false],
    ["max", "max", false],
    ["attention", "attention", false],
  ])("%s matches PyTorch over sequences of unequal lengths: rows and every gradient", (name, kind, bidirectional) => {
    const pooling = poolingOf(engine, kind, bidirectional);
    step(engine, () => {
      const x = Tensor.from(engine, packing.rows, COLUMNS, packing.pack(data("in.x"), COLUMNS), true);
      differentiate(engine, () => {
        const y = pooling.run(x, packing);
        expectClose(y.toArray(), data(`${name}.y`), bound, "y");
        return sum(product(y, Tensor.from(engine, packing.batchSize, COLUMNS, data("in.factors"))));
      });
      expectClose(packing.unpack(x.gradient(), COLUMNS), data(`${name}.dx`), bound, "dx");
    });
    pooling.parameters.forEach((p, i) => {
      const part = ["weight", "bias", "vector"][i]!;
      expectClose(p.gradient(), data(`attention.d${part}`), bound, part);
    });
  });

  it("class weights in the soft-max cross-entropy are PyTorch's: mean, sum and gradients", () => {
    for (const reduce of ["mean", "sum"] as const) {
      step(engine, () => {
        const x = Tensor.from(engine, 6, COLUMNS, data("in.scores"), true);
        const classes = Indices.from(engine, data("in.classes"), COLUMNS);
        const classWeights = data("in.classWeights");
        const loss = differentiate(engine, () => softmaxCrossEntropy(x, classes, { classWeights, reduce }));
        expectClose([loss], data(`weighted.${reduce}`), bound, reduce);
        expectClose(x.gradient(), data(`weighted.${reduce}Gradient`), bound, `${reduce}, gradient`);
        expect(() => softmaxCrossEntropy(x, classes, { classWeights: [1, 2] })).toThrow(
          "softmaxCrossEntropy, classWeights: expected 6 weights, got 2.",
        );
      });
    }
  });
});

describe("Pooling", () => {
  it("flatten lays the steps of each sequence side by side, in the caller's order", () => {
    const engine = new WasmEngine();
    const pooling = new Pooling({ engine, name: "pooling", kind: "flatten", inputSize: 2, steps: 3, seed: 1 });
    const layout = Packing.uniform(2, 3);
    const sequences = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60];
    step(engine, () => {
      const y = pooling.run(Tensor.from(engine, 6, 2, layout.pack(sequences, 2)), layout);
      expect([y.rows, y.columns]).toEqual([2, pooling.outputSize]);
      expect(Array.from(y.toArray())).toEqual(sequences);
      const shorter = Packing.uniform(2, 2);
      expect(() => pooling.run(Tensor.allocate(engine, 4, 2), shorter)).toThrow(
        'Pooling "flatten": expected sequences of 3 steps, got 2.',
      );
    });
    expect(() => poolingOf(engine, "flatten")).toThrow(
      "pooling, steps: expected how many steps every sequence has, got undefined.",
    );
  });

  it.each(
    poolings.filter((kind) => kind !== "flatten"),
  )("%s gives a sequence the same bits alone and among longer and shorter ones", (kind) => {
    const engine = new WasmEngine();
    const pooling = poolingOf(engine, kind, true);
    const lengths = [7, 1, 12, 5, 5];
    const sequences = lengths.map((Tx, b) => {
      const values = new Float32Array(Tx * COLUMNS);
      new Random(3, `sequence ${b}`).fillUniform(values, -2, 2);
      return values;
    });
    const together = new Packing(lengths);
    const padded = new Float32Array(5 * 12 * COLUMNS).fill(9);
    sequences.forEach((values, b) => {
      padded.set(values, b * 12 * COLUMNS);
    });
    const run = (values: ArrayLike<number>, layout: Packing) =>
      step(engine, () => pooling.run(Tensor.from(engine, layout.rows, COLUMNS, values), layout).toArray());
    const all = run(together.pack(padded, COLUMNS), together);
    sequences.forEach((values, b) => {
      const alone = run(values, new Packing([lengths[b]!]));
      expectSameBits(all.subarray(b * COLUMNS, (b + 1) * COLUMNS), alone, `sequence ${b}`);
    });
  });

  it("says what is wrong with its kind, its columns and a sequence without a step", () => {
    const engine = new WasmEngine();
    expect(() => poolingOf(engine, "sum" as PoolingKind)).toThrow(
      'pooling, kind: expected one of last, mean, max, attention, flatten, got "sum".',
    );
    step(engine, () => {
      const pooling = poolingOf(engine, "last");
      expect(() => pooling.run(Tensor.allocate(engine, 1, 5), Packing.uniform(1, 1))).toThrow(
        'Pooling "last": expected x as [rows, 6], got [1, 5].',
      );
      expect(() => pooling.run(Tensor.allocate(engine, 1, 6), new Packing([1, 0]))).toThrow(
        'Pooling "last", sequence 1: expected at least 1 step, got none.',
      );
    });
  });
});
