import type { OwnKernel, Truth } from "./engine.ts";
import { LINE } from "./wasm/kernels.ts";
import { emitNormalize } from "./wasm/normalize.ts";

/** Rows to normalise; places are offsets in elements. */
export type Normalize = [
  rows: number,
  n: number,
  /** Rows of n columns, `ldx` elements from one to the next; x̂ takes their place. */
  x: number,
  ldx: number,
  /** 1/√(variance + ε), a number a row, for the gradient. */
  r: number,
  epsilon: number,
];

/** x̂ = (x - mean) · r with r[row] = 1/√(variance + ε), in place; r is kept. */
export const normalize: OwnKernel<Normalize> = (kernels, rows, n, x, ldx, r, epsilon) => {
  const kernel = kernels.of(emitNormalize).normalize!;
  kernels.split(rows, LINE, rows * n * 4, (first, count) => {
    kernel(count, n, (x + first * ldx) << 2, ldx << 2, (r + first) << 2, epsilon);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const normalizeTruth: Truth<Normalize> = (values, rows, n, x, ldx, r, epsilon) => {
  for (let i = 0; i < rows; i++) {
    const row = x + i * ldx;
    let total = 0;
    for (let j = 0; j < n; j++) total += values[row + j]!;
    const mean = total / n;
    let variance = 0;
    for (let j = 0; j < n; j++) {
      const deviation = values[row + j]! - mean;
      values[row + j] = deviation;
      variance += (deviation * deviation) / n;
    }
    values[r + i] = 1 / Math.sqrt(variance + epsilon);
    for (let j = 0; j < n; j++) values[row + j]! *= values[r + i]!;
  }
};
