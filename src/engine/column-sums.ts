import type { OwnKernel, Truth } from "./engine.ts";
import { emitColumnSums } from "./wasm/column-sums.ts";
import { LINE } from "./wasm/kernels.ts";

/** A sum of rows; places are offsets in elements. */
export type ColumnSums = [
  rows: number,
  n: number,
  /** Rows of n columns, `ld` elements from one to the next. */
  from: number,
  ld: number,
  /** One row, to which the sums are added. */
  to: number,
];

/** to[j] += Σ_rows from[row, j], rows in order in blocks of 256. */
export const columnSums: OwnKernel<ColumnSums> = (kernels, rows, n, from, ld, to) => {
  const kernel = kernels.of(emitColumnSums).column_sums!;
  kernels.split(n, LINE, rows * n, (first, count) => {
    kernel(rows, count, (from + first) << 2, ld << 2, (to + first) << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const columnSumsTruth: Truth<ColumnSums> = (values, rows, n, from, ld, to) => {
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) values[to + j]! += values[from + i * ld + j]!;
};
