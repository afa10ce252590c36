import type { OwnKernel, Truth } from "./engine.ts";
import { FUNCTION_WORK } from "./wasm/kernels.ts";
import { emitSoftmax } from "./wasm/softmax.ts";

/** A soft-max of each of some rows, which follow each other without a gap; places are offsets in elements. */
export type Softmax = [
  rows: number,
  n: number,
  /** Scores [rows, n]. */
  from: number,
  /** Probabilities [rows, n]; it may be `from`. */
  to: number,
];

/** to[row] = soft-max of from[row]. */
export const softmax: OwnKernel<Softmax> = (kernels, rows, n, from, to) => {
  const kernel = kernels.of(emitSoftmax).softmax!;
  kernels.split(rows, 1, rows * n * FUNCTION_WORK, (first, count) => {
    kernel(count, n, (from + first * n) << 2, (to + first * n) << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const softmaxTruth: Truth<Softmax> = (values, rows, n, from, to) => {
  for (let i = 0; i < rows; i++) {
    const [row, target] = [from + i * n, to + i * n];
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) largest = Math.max(largest, values[row + j]!);
    let total = 0;
    // exempt: the float64 truth
    for (let j = 0; j < n; j++) total += values[target + j] = Math.exp(values[row + j]! - largest);
    for (let j = 0; j < n; j++) values[target + j]! /= total;
  }
};
