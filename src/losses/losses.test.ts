import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { lookUp } from "../autograd/look-up.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { exp, mul, sub } from "../expression/expression.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  absoluteError,
  binaryCrossEntropy,
  gaussianNegativeLogLikelihood,
  type LossOptions,
  quantileLoss,
  type Reduction,
  reduceLosses,
  softmaxCrossEntropy,
  squaredError,
} from "./index.ts";

const golden = loadRules<{ readonly quantiles: readonly number[] }>("losses");
const data = (name: string): Float64Array => golden.tensors[name]!.data as Float64Array;
const [ROWS, UNITS] = [5, 3];
const { quantiles } = golden.case;

/** Each row of a beside that of b. */
function beside(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from({ length: ROWS * 2 * UNITS }, (_, i) => {
    const [row, j] = [Math.floor(i / (2 * UNITS)), i % (2 * UNITS)];
    return j < UNITS ? a[row * UNITS + j]! : b[row * UNITS + j - UNITS]!;
  });
}

interface Case {
  readonly name: string;
  readonly input: Float64Array;
  readonly columns: number;
  /** The gradient of the mean. */
  readonly gradient: Float64Array;
  readonly loss: (engine: Engine, x: Tensor, options: LossOptions) => Tensor;
}

const target = (engine: Engine, name: string): Tensor => Tensor.from(engine, ROWS, UNITS, data(name));
const CASES: readonly Case[] = [
  {
    name: "binary",
    input: data("in.scores"),
    columns: UNITS,
    gradient: data("binary.gradient0"),
    loss: (e, x, options) => binaryCrossEntropy(x, target(e, "in.labels"), options),
  },
  {
    name: "softmax",
    input: data("in.scores"),
    columns: UNITS,
    gradient: data("softmax.gradient0"),
    loss: (e, x, options) => softmaxCrossEntropy(x, Indices.from(e, data("in.classes"), UNITS), options),
  },
  {
    name: "squared",
    input: data("in.yHat"),
    columns: UNITS,
    gradient: data("squared.gradient0"),
    loss: (e, x, options) => squaredError(x, target(e, "in.y"), options),
  },
  {
    name: "absolute",
    input: data("in.yHat"),
    columns: UNITS,
    gradient: data("absolute.gradient0"),
    loss: (e, x, options) => absoluteError(x, target(e, "in.y"), options),
  },
  {
    name: "gaussian",
    input: beside(data("in.yHat"), data("in.logVariance")),
    columns: 2 * UNITS,
    gradient: beside(data("gaussian.gradient0"), data("gaussian.gradient1")),
    loss: (e, x, options) => gaussianNegativeLogLikelihood(x, target(e, "in.y"), options),
  },
  {
    name: "quantile",
    input: data("in.quantileHat"),
    columns: 2 * UNITS,
    gradient: data("quantile.gradient0"),
    loss: (e, x, options) => quantileLoss(x, target(e, "in.y"), { ...options, quantiles }),
  },
];

describe.each(ENGINES)("losses, %s", (_, engine) => {
  const bound = engine.precision === "float32" ? 1e-6 : 1e-10;

  it.each(CASES)("$name: mean, sum and gradient are those of PyTorch", ({ name, input, columns, gradient, loss }) => {
    for (const reduce of ["mean", "sum"] as const) {
      step(engine, () => {
        const x = Tensor.from(engine, ROWS, columns, input, true);
        const value = differentiate(engine, () => loss(engine, x, { reduce }));
        expectClose([value], data(`${name}.${reduce}`), bound, `${name} ${reduce}`);
        const size = name === "softmax" ? ROWS : name === "quantile" ? ROWS * columns : ROWS * UNITS;
        const scale = reduce === "mean" ? 1 : size;
        expectClose(
          x.gradient(),
          gradient.map((g) => scale * g),
          bound,
          `${name} ${reduce}, gradient`,
        );
      });
    }
  });

  it.each(CASES)("$name: per-step is the sum divided by the steps, and mean the default", ({
    input,
    columns,
    loss,
  }) => {
    step(engine, () => {
      const x = Tensor.from(engine, ROWS, columns, input);
      const of = (options: LossOptions): number => loss(engine, x, options).item();
      expect(of({ reduce: "per-step" })).toBeCloseTo(of({ reduce: "sum" }) / ROWS, 4);
      expect(of({})).toBe(of({ reduce: "mean" }));
    });
  });

  it("binary cross-entropy is exact in both tails: log(1 + e⁻ᶻ) to a relative 1e-6, no infinity up to 1e30", () => {
    const scores = [30, 80, 1e30, -30, -80, -1e30, 17, 17];
    const labels = [1, 1, 1, 0, 0, 0, 0, 1];
    const tail = [Math.exp(-30), Math.exp(-80), 0];
    const right = [...tail, ...tail, 17 + Math.log1p(Math.exp(-17)), Math.log1p(Math.exp(-17))];
    scores.forEach((score, i) => {
      step(engine, () => {
        const x = Tensor.from(engine, 1, 1, [score], true);
        const y = Tensor.from(engine, 1, 1, [labels[i]!]);
        const value = differentiate(engine, () => binaryCrossEntropy(x, y));
        expect(Math.abs(value - right[i]!), `score ${score}`).toBeLessThanOrEqual(1e-6 * right[i]!);
        expect(Number.isFinite(x.gradient()[0]!)).toBe(true);
      });
    });
  });

  it("wrong answers of enormous scores cost that much, with gradients of 1", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 1, 2, [1e30, -1e30], true);
      const y = Tensor.from(engine, 1, 2, [0, 1]);
      const value = differentiate(engine, () => binaryCrossEntropy(x, y, { reduce: "sum" }));
      expect(value / 2e30).toBeCloseTo(1, 6);
      expect([...x.gradient()]).toEqual([1, -1]);
    });
  });

  it("the absolute error has no gradient where there is no error", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 1, 3, [1, 2, 3], true);
      differentiate(engine, () => absoluteError(x, Tensor.from(engine, 1, 3, [1, 1, 4]), { reduce: "sum" }));
      expect([...x.gradient()]).toEqual([0, 1, -1]);
    });
  });

  it("the quantile loss is least where a share q of the targets lies below", () => {
    const targets = Float64Array.from({ length: 100 }, (_unused, i) => i);
    for (const q of [0.1, 0.5, 0.9]) {
      const at = (yHat: number): number =>
        step(engine, () => {
          const rows = Tensor.from(engine, 100, 1, new Float64Array(100).fill(yHat));
          return quantileLoss(rows, Tensor.from(engine, 100, 1, targets), { quantiles: [q] }).item();
        });
      const least = Array.from({ length: 100 }, (_unused, i) => at(i)).reduce(
        (best, value, i, all) => (value < all[best]! ? i : best),
        0,
      );
      expect(Math.abs(least - 100 * q), `quantile ${q}`).toBeLessThanOrEqual(1);
    }
  });
});

describe("losses", () => {
  it.each(CASES)("$name: the gradients are those of central differences in float64, below 1e-7", (c) => {
    const engine = new WasmEngine();
    // moderate scores, so that no unit's share vanishes beside another's, and none at a kink
    const values = new Float32Array(ROWS * c.columns);
    new Random(1, "losses").fillUniform(values, -2, 2);
    const table = new Parameter(engine, "x", ROWS, c.columns, values);
    for (const reduce of ["mean", "sum", "per-step"] satisfies Reduction[]) {
      const [report] = gradCheck([table], (e) => {
        const x = lookUp(table, Indices.from(e, [...Array(ROWS).keys()], ROWS));
        return c.loss(e, x, { reduce });
      });
      expect(report!.error, `${c.name} ${reduce}`).toBeLessThan(1e-7);
    }
  });

  it("a formula of one's own gets its gradient: exp of the error", () => {
    const engine = new WasmEngine();
    const own = elementwise((yHat, y) => mul(exp(sub(yHat, y)), sub(yHat, y)));
    const table = new Parameter(engine, "x", 3, 2, [0.1, -0.2, 0.3, 0.4, -0.5, 0.6]);
    const [report] = gradCheck([table], (e) => {
      const x = lookUp(table, Indices.from(e, [0, 1, 2], 3));
      return reduceLosses(own(x, Tensor.from(e, 3, 2, [0, 1, 2, 0, 1, 2])), "per-step");
    });
    expect(report!.error).toBeLessThan(1e-7);
  });

  it("padding changes no loss: rows are real steps, whatever stands behind a sequence's end", () => {
    const engine = new WasmEngine();
    const packing = new Packing([1, 3, 2]);
    const loss = (padding: number): number => {
      const batchFirst = [1, padding, padding, 2, 3, 4, 5, 6, padding];
      return step(engine, () => {
        const rows = Tensor.from(engine, packing.rows, 1, packing.pack(batchFirst, 1));
        return squaredError(rows, Tensor.from(engine, packing.rows, 1, new Float64Array(packing.rows))).item();
      });
    };
    expect(loss(Number.NaN)).toBe(loss(0));
    expect(loss(0)).toBeCloseTo((1 + 4 + 9 + 16 + 25 + 36) / 6, 5);
  });

  it("say what is wrong with shapes and options", () => {
    const engine = new WasmEngine();
    step(engine, () => {
      const x = Tensor.from(engine, 1, 3, [1, 2, 3]);
      const y = Tensor.from(engine, 1, 1, [1]);
      expect(() => squaredError(x, y)).toThrow("expected 2 tensors of equal shape, got [1, 3], [1, 1]");
      expect(() => gaussianNegativeLogLikelihood(x, y)).toThrow(
        "gaussianNegativeLogLikelihood: expected yHat as [1, 2]: means, then log-variances, got [1, 3].",
      );
      expect(() => quantileLoss(x, y, { quantiles: [0.5] })).toThrow(
        "quantileLoss: expected yHat as [1, 1], 1 quantiles of 1, got [1, 3].",
      );
      expect(() => quantileLoss(x, y, { quantiles: [0.5, 1] })).toThrow(
        "quantileLoss, quantiles: expected numbers above 0 and below 1, got [0.5, 1].",
      );
      expect(() => reduceLosses(x, "average" as Reduction)).toThrow(
        'loss, reduce: expected one of mean, sum, per-step, got "average".',
      );
      const none = Tensor.from(engine, 0, 1, []);
      expect(() => reduceLosses(none)).toThrow("loss: expected at least one step to take the mean of, got [0, 1].");
      expect(reduceLosses(none, "sum").item()).toBe(0);
    });
  });
});
