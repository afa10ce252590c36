import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/golden/expect-close.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { add, exp, mul, sigmoid, softplus, sub, tanh } from "../expression/expression.ts";
import { Dense } from "../layers/dense.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addRows } from "./add-rows.ts";
import { concatColumns } from "./concat-columns.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { differentiate } from "./differentiate.ts";
import { elementwise } from "./elementwise.ts";
import { gradCheck } from "./grad-check.ts";
import { linear } from "./linear.ts";
import { lookUp } from "./look-up.ts";
import { poolFlatten } from "./pool-flatten.ts";
import { poolMax } from "./pool-max.ts";
import { poolMean } from "./pool-mean.ts";
import { poolSoftmax } from "./pool-softmax.ts";
import { selectColumns } from "./select-columns.ts";
import { selectRows } from "./select-rows.ts";
import { sum } from "./sum.ts";

const [ROWS, COLUMNS] = [6, 5];
const THREE_SEQUENCES = new Packing([2, 1, 3]);
const weigh = elementwise((a, b) => mul(a, b));
const plus = elementwise((a, b) => add(a, b));

function numbers(count: number, purpose: string): Float32Array {
  const values = new Float32Array(count);
  new Random(5, purpose).fillUniform(values, -1.5, 1.5);
  return values;
}

/** Σ y ⊙ r with fixed r, so that every element of y has a gradient of its own. */
function weighted(y: Tensor): Tensor {
  return sum(weigh(y, Tensor.from(y.engine, y.rows, y.columns, numbers(y.size, "weights"))));
}

/** Each operation as a loss of one trained matrix [6, 5] and, where it has one, a trained row [1, 7] or matrix [5, 7]. */
const OPERATIONS: Record<string, (x: Tensor, weight: Parameter, bias: Parameter) => Tensor> = {
  "linear with a bias": (x, weight, bias) => weighted(linear(x, weight, bias)),
  "linear without a bias": (x, weight) => weighted(linear(x, weight)),
  "linear used twice": (x, weight, bias) => plus(weighted(linear(x, weight, bias)), weighted(linear(x, weight, bias))),
  "lookUp with repeats": (x, weight) =>
    plus(weighted(lookUp(weight, Indices.from(x.engine, [0, 2, 2, 4, 0, 0, 1], COLUMNS))), weighted(x)),
  crossEntropy: (x) => weighted(crossEntropy(x, Indices.from(x.engine, [0, 4, 2, 1, 1, 3], COLUMNS))),
  "crossEntropy of scores used before": (x) => {
    const losses = crossEntropy(x, Indices.from(x.engine, [0, 4, 2, 1, 1, 3], COLUMNS));
    return plus(weighted(losses), weighted(x));
  },
  "selectRows with repeats": (x) => weighted(selectRows(x, Indices.from(x.engine, [5, 0, 0, 3, 3, 3, 1], ROWS))),
  "addRows with repeats": (x) => {
    const rows = (numbers: readonly number[]): Tensor => selectRows(x, Indices.from(x.engine, numbers, ROWS));
    return weighted(addRows(rows([3, 2, 1]), rows([0, 5, 5]), Indices.from(x.engine, [2, 0, 2], 3)));
  },
  "addRows to rows without a gradient": (x) => {
    const added = selectRows(x, Indices.from(x.engine, [0, 5, 5], ROWS));
    const to = Tensor.from(x.engine, 3, x.columns, new Float32Array(3 * x.columns).fill(0.5));
    return weighted(addRows(to, added, Indices.from(x.engine, [2, 0, 2], 3)));
  },
  concatColumns: (x) => weighted(concatColumns(x, selectRows(x, Indices.from(x.engine, [1, 0, 3, 2, 5, 4], ROWS)))),
  "concatColumns with itself": (x) => weighted(concatColumns(x, x)),
  "poolFlatten of sequences used before": (x) => plus(weighted(poolFlatten(x, Packing.uniform(2, 3))), weighted(x)),
  poolMean: (x) => weighted(poolMean(x, THREE_SEQUENCES)),
  poolMax: (x) => weighted(poolMax(x, THREE_SEQUENCES)),
  "poolSoftmax of scores from the same rows": (x, weight) => {
    const scores = selectColumns(linear(x, weight), 2, 3);
    return plus(weighted(poolSoftmax(x, scores, THREE_SEQUENCES)), weighted(x));
  },
  "sum of a mean": (x) => plus(sum(x, 1 / x.size), weighted(x)),
  "elementwise of two": (x) => {
    const formula = elementwise((a, b) => sub(mul(tanh(a), exp(b)), softplus(mul(a, sigmoid(b)))));
    return weighted(formula(x, selectRows(x, Indices.from(x.engine, [1, 2, 3, 4, 5, 0], ROWS))));
  },
  "elementwise of a tensor with itself": (x) => weighted(elementwise((a, b) => mul(a, b))(x, x)),
};

interface Inputs {
  readonly x: Parameter;
  readonly weight: Parameter;
  readonly bias: Parameter;
}

function inputsOf(engine: Engine): Inputs {
  return {
    x: new Parameter(engine, "x", ROWS, COLUMNS, numbers(ROWS * COLUMNS, "x")),
    weight: new Parameter(engine, "weight", COLUMNS, 7, numbers(COLUMNS * 7, "weight")),
    bias: new Parameter(engine, "bias", 1, 7, numbers(7, "bias")),
  };
}

/** The rows of a parameter as a tensor whose gradient reaches it. */
function rowsOf(x: Parameter): Tensor {
  return lookUp(x, Indices.from(x.engine, [...Array(x.rows).keys()], x.rows));
}

describe.each(Object.entries(OPERATIONS))("%s", (_, operation) => {
  const lossOf = ({ x, weight, bias }: Inputs): Tensor => operation(rowsOf(x), weight, bias);

  it("has the gradients of central differences within 1e-7", () => {
    const inputs = inputsOf(new WasmEngine());
    const reports = gradCheck([inputs.x, inputs.weight, inputs.bias], () => lossOf(inputs));
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("gives in float32 what float64 gives within 1e-5, loss and gradients", () => {
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const inputs = inputsOf(engine);
      const loss = step(engine, () => differentiate(engine, () => lossOf(inputs)));
      return { loss, gradients: [inputs.x, inputs.weight, inputs.bias].map((p) => p.gradient()) };
    });
    expectClose([fast!.loss], [exact!.loss], 1e-5, "loss");
    exact!.gradients.forEach((gradient, i) => {
      expectClose(fast!.gradients[i]!, gradient, 1e-5, `gradient ${i}`);
    });
  });
});

describe("gradCheck", () => {
  it("finds a gradient that is wrong", () => {
    const dense = new Dense({ engine: new WasmEngine(), name: "dense", inputSize: 2, outputSize: 3, seed: 1 });
    let calls = 0;
    // the loss of the first call, which is differentiated, is another than that of the differences
    const reports = gradCheck(dense.parameters, (engine) => {
      const y = dense.run(Tensor.from(engine, 1, 2, [1, 2]));
      return sum(y, calls++ === 0 ? 1.01 : 1);
    });
    for (const { error } of reports) expect(error).toBeGreaterThan(1e-3);
  });

  it("leaves the parameters where they were, with their numbers, and compares as many elements as asked", () => {
    const engine = new WasmEngine();
    const dense = new Dense({ engine, name: "dense", inputSize: 4, outputSize: 3, seed: 1 });
    const before = dense.parameters.map((p) => Array.from(p.toArray()));
    const loss = (reference: Engine) => weighted(dense.run(Tensor.from(reference, 1, 4, [1, 2, 3, 4])));
    const reports = gradCheck(dense.parameters, loss, { samples: 2 });
    expect(reports.map((report) => report.checked)).toEqual([2, 2]);
    expect(dense.parameters.map((p) => p.engine)).toEqual([engine, engine]);
    expect(dense.parameters.map((p) => Array.from(p.toArray()))).toEqual(before);
  });
});

describe("operations", () => {
  it("record nothing outside differentiate, and give untracked tensors no gradient", () => {
    const engine = new WasmEngine();
    step(engine, () => {
      const x = Tensor.from(engine, 1, 2, [1, 2], true);
      const fixed = Tensor.from(engine, 1, 2, [3, 4]);
      const outside = sum(weigh(x, fixed));
      expect(outside.tracked).toBe(false);
      differentiate(engine, () => sum(weigh(x, fixed)));
      expect(Array.from(x.gradient())).toEqual([3, 4]);
      expect(fixed.gradientOffset).toBeUndefined();
    });
  });

  it.each<[string, (engine: Engine) => void, string]>([
    [
      "linear",
      (e) => linear(Tensor.allocate(e, 2, 3), inputsOf(e).weight),
      "weight: expected x as [rows, 5], got [2, 3].",
    ],
    [
      "lookUp",
      (e) => lookUp(inputsOf(e).weight, Indices.from(e, [1], 4)),
      "weight: expected indices of 5 rows, got indices of 4.",
    ],
    [
      "crossEntropy",
      (e) => crossEntropy(Tensor.allocate(e, 2, 3), Indices.from(e, [1], 3)),
      "crossEntropy: expected 2 targets of 3 classes, got 1 of 3.",
    ],
    [
      "addRows",
      (e) => addRows(Tensor.allocate(e, 2, 3), Tensor.allocate(e, 1, 2), Indices.from(e, [1], 2)),
      "addRows: expected [1, 3] for row numbers below 2, got [1, 2] for row numbers up to 1.",
    ],
    [
      "addRows",
      (e) => addRows(Tensor.allocate(e, 2, 3), Tensor.allocate(e, 2, 3), Indices.from(e, [1], 2)),
      "addRows: expected [1, 3] for row numbers below 2, got [2, 3] for row numbers up to 1.",
    ],
    [
      "addRows",
      (e) => addRows(Tensor.allocate(e, 2, 3), Tensor.allocate(e, 1, 3), Indices.from(e, [1], 3)),
      "addRows: expected [1, 3] for row numbers below 2, got [1, 3] for row numbers up to 2.",
    ],
    [
      "selectRows",
      (e) => selectRows(Tensor.allocate(e, 2, 3), Indices.from(e, [1], 3)),
      "selectRows: expected row numbers below 2, got up to 2.",
    ],
    ["poolMean", (e) => poolMean(Tensor.allocate(e, 4, 3), THREE_SEQUENCES), "poolMean: expected 6 rows, got 4."],
    [
      "poolMax",
      (e) => poolMax(Tensor.allocate(e, 3, 3), new Packing([2, 0, 1])),
      "poolMax, sequence 1: expected at least 1 step, got none.",
    ],
    [
      "poolFlatten",
      (e) => poolFlatten(Tensor.allocate(e, 6, 3), THREE_SEQUENCES),
      "poolFlatten: expected sequences of one length, got lengths from 1 to 3.",
    ],
    [
      "poolSoftmax",
      (e) => poolSoftmax(Tensor.allocate(e, 6, 3), Tensor.allocate(e, 6, 2), THREE_SEQUENCES),
      "poolSoftmax, scores: expected [6, 1], got [6, 2].",
    ],
    [
      "concatColumns",
      (e) => concatColumns(Tensor.allocate(e, 2, 3), Tensor.allocate(e, 1, 3)),
      "concatColumns: expected tensors of 2 rows, got one of 1.",
    ],
    [
      "elementwise",
      (e) => plus(Tensor.allocate(e, 2, 3), Tensor.allocate(e, 3, 2)),
      "expected 2 tensors of equal shape, got [2, 3], [3, 2].",
    ],
    [
      "differentiate",
      (e) => differentiate(e, () => Tensor.allocate(e, 2, 1)),
      "differentiate: expected a loss of one number, [1, 1], got [2, 1].",
    ],
  ])("%s names what does not fit", (_, call, message) => {
    const engine = new WasmEngine();
    expect(() => step(engine, () => call(engine))).toThrow(message);
  });

  it("differentiate refuses to run inside another on the same engine", () => {
    const engine = new WasmEngine();
    const inner = () => differentiate(engine, () => sum(Tensor.from(engine, 1, 1, [1])));
    expect(() =>
      step(engine, () =>
        differentiate(engine, () => {
          inner();
          return sum(Tensor.from(engine, 1, 1, [1]));
        }),
      ),
    ).toThrow("differentiate: expected one differentiation at a time on an engine, got one inside another.");
  });
});
