import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { fillNormal } from "../core/random-normal.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { mul } from "../expression/expression.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { ctcFrames, ctcLoss } from "./ctc-loss.ts";
import { differentiate } from "./differentiate.ts";
import { elementwise } from "./elementwise.ts";
import { gradCheck } from "./grad-check.ts";
import { lookUp } from "./look-up.ts";
import { sum } from "./sum.ts";

const weigh = elementwise((a, b) => mul(a, b));

/** Losses and the gradient of Σ factor · loss by the scores, [rows, classes] of the packing. */
function run(
  engine: Engine,
  x: ArrayLike<number>,
  classes: number,
  packing: Packing,
  labels: number[][],
  factors: ArrayLike<number>,
  blank = 0,
) {
  return step(engine, () => {
    const scores = Tensor.from(engine, packing.rows, classes, x, true);
    let losses: Tensor;
    differentiate(engine, () => {
      losses = ctcLoss(scores, packing, labels, blank);
      return sum(weigh(losses, Tensor.from(engine, packing.batchSize, 1, factors)));
    });
    return { losses: losses!.toArray(), gradient: scores.gradient() };
  });
}

/** p(labels) as the sum over every path of classes. */
function bruteForce(x: readonly number[][], labels: readonly number[]): number {
  const yHat = x.map((row) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    return row.map((value) => Math.exp(value) / total);
  });
  const classes = x[0]?.length ?? 0;
  const walk = (t: number, p: number, found: number[], last: number): number => {
    if (t === x.length) return found.length === labels.length && found.every((k, i) => k === labels[i]) ? p : 0;
    let total = 0;
    for (let k = 0; k < classes; k++) {
      total += walk(t + 1, p * yHat[t]![k]!, k !== 0 && k !== last ? [...found, k] : found, k);
    }
    return total;
  };
  return walk(0, 1, [], 0);
}

describe.each(ENGINES)("ctcLoss, %s", (_, engine) => {
  it.each([
    [1, [1]],
    [1, []],
    [3, [1, 1]],
    [4, [1, 2]],
    [4, []],
    [5, [1, 2, 1]],
    [5, [2, 2, 1]],
    [5, [1, 1, 1]],
  ])("of %i frames and the labels %j is -log of the sum over all alignments", (T, labels) => {
    const x = new Float32Array(T * 3);
    fillNormal(new Random(T, `ctc ${labels}`), x, 0, 1.5);
    const rows = Array.from({ length: T }, (_, t) => Array.from(x.subarray(3 * t, 3 * t + 3)));
    const { losses, gradient } = run(engine, x, 3, new Packing([T]), [labels], [1]);
    expectClose(losses, [-Math.log(bruteForce(rows, labels))], 1e-6, "loss");
    // central differences of the brute force
    const numerical = Array.from(x, (_, i) => {
      const at = (shift: number): number => {
        const moved = rows.map((row) => [...row]);
        moved[Math.floor(i / 3)]![i % 3]! += shift;
        return -Math.log(bruteForce(moved, labels));
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expectClose(gradient, numerical, 1e-6, "gradient");
  });

  it("agrees with PyTorch on a batch of unequal lengths: losses and gradient within 1e-5", () => {
    const golden = loadRules<{
      readonly T: number;
      readonly classes: number;
      readonly lengths: number[];
      readonly labels: number[][];
    }>("ctc");
    const { T, classes, lengths, labels } = golden.case;
    const data = (name: string): ArrayLike<number> => golden.tensors[name]!.data;
    const packing = new Packing(lengths);
    expect(packing.steps).toBe(T);
    const x = packing.pack(data("in.x"), classes);
    const { losses, gradient } = run(engine, x, classes, packing, labels, data("in.factors"));
    expectClose(losses, data("losses"), 1e-5, "losses");
    expectClose(packing.unpack(gradient, classes), data("dx"), 1e-5, "gradient");
  });

  it("agrees with the vectors published with TensorFlow's CTC loss, whose blank is the last class", () => {
    const cases = [
      {
        labels: [0, 1, 2, 1, 0],
        loss: 3.34211,
        probabilities: [
          [0.633766, 0.221185, 0.0917319, 0.0129757, 0.0142857, 0.0260553],
          [0.111121, 0.588392, 0.278779, 0.0055756, 0.00569609, 0.010436],
          [0.0357786, 0.633813, 0.321418, 0.00249248, 0.00272882, 0.0037688],
          [0.0663296, 0.643849, 0.280111, 0.00283995, 0.0035545, 0.00331533],
          [0.458235, 0.396634, 0.123377, 0.00648837, 0.00903441, 0.00623107],
        ],
        // five labels in five frames have one alignment
        aligned: [0, 1, 2, 1, 0],
      },
      {
        labels: [0, 1, 1, 0],
        loss: 5.42262,
        probabilities: [
          [0.30176, 0.28562, 0.0831517, 0.0862751, 0.0816851, 0.161508],
          [0.24082, 0.397533, 0.0557226, 0.0546814, 0.0557528, 0.19549],
          [0.230246, 0.450868, 0.0389607, 0.038309, 0.0391602, 0.202456],
          [0.280884, 0.429522, 0.0326593, 0.0339046, 0.0326856, 0.190345],
          [0.423286, 0.315517, 0.0338439, 0.0393744, 0.0339315, 0.154046],
        ],
        aligned: [0, 1, 5, 1, 0],
      },
    ];
    for (const { labels, loss, probabilities, aligned } of cases) {
      const x = probabilities.flat().map(Math.log);
      const { losses, gradient } = run(engine, x, 6, new Packing([5]), [labels], [1], 5);
      expectClose(losses, [loss], 1e-5, "loss");
      const right = probabilities.flatMap((row, t) => row.map((p, k) => p - (aligned[t] === k ? 1 : 0)));
      expectClose(gradient, right, 1e-5, "gradient");
    }
  });

  it("gives a sequence the same bits alone as in a batch", () => {
    const x = new Float32Array(12 * 4);
    fillNormal(new Random(9, "alone"), x, 0, 2);
    const lengths = [3, 5, 4];
    const labels = [[1], [2, 2, 3], []];
    const packing = new Packing(lengths);
    const together = run(engine, x, 4, packing, labels, [1, 1, 1]).losses;
    packing.order.forEach((b, rank) => {
      const rows = Array.from({ length: lengths[b]! }, (_, t) => packing.rowOf(t, rank));
      const own = rows.flatMap((row) => Array.from(x.subarray(row * 4, row * 4 + 4)));
      const alone = run(engine, own, 4, new Packing([lengths[b]!]), [labels[b]!], [1]).losses;
      expect(alone[0]).toBe(together[b]);
    });
  });

  it("is finite where the right path has a probability of 1e-300 in each frame", () => {
    const { losses, gradient } = run(engine, [690, 0, 690, 0, 690, 0], 2, new Packing([3]), [[1]], [1]);
    expect(losses[0]).toBeGreaterThan(600);
    expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
  });

  it("gives a sequence of no frame and no label a loss of 0", () => {
    expect(run(engine, [1, 2], 2, new Packing([0, 1]), [[], [1]], [1, 1]).losses[0]).toBe(0);
  });
});

describe("ctcLoss", () => {
  const packing = new Packing([3, 5, 4]);
  const labels = [[1], [2, 2, 3], []];

  function lossOf(x: Parameter, twice: boolean): Tensor {
    const scores = lookUp(x, Indices.from(x.engine, [...Array(x.rows).keys()], x.rows));
    const factors = Tensor.from(x.engine, 3, 1, [0.7, -1.2, 2]);
    const losses = weigh(ctcLoss(scores, packing, labels), factors);
    const again = twice ? ctcLoss(scores, packing, [[3], [1], [2, 1]]) : losses;
    return sum(weigh(losses, again));
  }

  it.each([false, true])("has the gradients of central differences within 1e-7, scores used twice: %s", (twice) => {
    const values = new Float32Array(12 * 4);
    fillNormal(new Random(6, "gradients"), values, 0, 1);
    const x = new Parameter(new WasmEngine(), "x", 12, 4, values);
    for (const { error } of gradCheck([x], () => lossOf(x, twice))) expect(error).toBeLessThan(1e-7);
  });

  it("counts the frames that labels need", () => {
    expect([[], [1], [1, 2], [1, 1], [1, 1, 1, 2, 2]].map(ctcFrames)).toEqual([0, 1, 2, 3, 8]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "too few frames for the labels",
      () => run(new ReferenceEngine(), new Float32Array(6), 3, new Packing([2]), [[1, 1]], [1]),
      "ctcLoss, sequence 0: expected 3 frames or more for 2 labels, equal neighbours counting twice, got 2. Stack or stride fewer frames, or leave the sequence out.",
    ],
    [
      "a label that is the blank",
      () => run(new ReferenceEngine(), new Float32Array(6), 3, new Packing([2]), [[0]], [1]),
      "ctcLoss, labels[0][0]: expected a class from 0 to 2 other than the blank, 0, got 0.",
    ],
    [
      "a label that is no class",
      () => run(new ReferenceEngine(), new Float32Array(6), 3, new Packing([2]), [[1, 3]], [1]),
      "ctcLoss, labels[0][1]: expected a class from 0 to 2 other than the blank, 0, got 3.",
    ],
    [
      "a blank that is no class",
      () => run(new ReferenceEngine(), new Float32Array(6), 3, new Packing([2]), [[1]], [1], 3),
      "ctcLoss, blank: expected a class from 0 to 2, got 3.",
    ],
    [
      "another number of sequences",
      () => run(new ReferenceEngine(), new Float32Array(6), 3, new Packing([2]), [], [1]),
      "ctcLoss: expected 2 rows of scores and 1 label sequences, got 2 and 0.",
    ],
  ])("names %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
