import type { OwnKernel, Truth } from "./engine.ts";
import { emitCrossEntropy } from "./wasm/cross-entropy.ts";
import { FUNCTION_WORK, LINE } from "./wasm/kernels.ts";

/** The loss of each of some rows of scores; places are offsets in elements. */
export type CrossEntropy = [
  rows: number,
  n: number,
  /** Scores [rows, n]. */
  x: number,
  /** An integer a row: the right class. */
  targets: number,
  /** What the gradient needs, [rows, 2]: largest and rest. */
  kept: number,
  /** Nats, a number a row. */
  loss: number,
];

/**
 * loss[row] = largest + rest - x[row, targets[row]] with largest = maxⱼ x[row, j], rest = log Σⱼ e^(x[row, j] - largest).
 *
 * Both are kept: as one number, log Σ e^x, the rest would drown in large scores.
 */
export const crossEntropy: OwnKernel<CrossEntropy> = (kernels, rows, n, x, targets, kept, loss) => {
  const kernel = kernels.of(emitCrossEntropy).cross_entropy!;
  kernels.split(rows, LINE, rows * n * FUNCTION_WORK, (first, count) => {
    const [px, pt, pk, pl] = [x + first * n, targets + first, kept + 2 * first, loss + first];
    kernel(count, n, px << 2, pt << 2, pk << 2, pl << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const crossEntropyTruth: Truth<CrossEntropy> = (values, rows, n, x, targets, kept, loss) => {
  for (let i = 0; i < rows; i++) {
    const row = x + i * n;
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) largest = Math.max(largest, values[row + j]!);
    let total = 0;
    // exempt: the float64 truth
    for (let j = 0; j < n; j++) total += Math.exp(values[row + j]! - largest);
    const rest = Math.log(total); // exempt: the float64 truth
    values[kept + 2 * i] = largest;
    values[kept + 2 * i + 1] = rest;
    values[loss + i] = largest - values[row + values[targets + i]!]! + rest;
  }
};
