import type { OwnKernel, Truth } from "./engine.ts";
import { LINE } from "./wasm/kernels.ts";
import { emitScatterAdd } from "./wasm/scatter-add.ts";

/** Rows that are added to chosen rows of a table, the opposite of `Engine.gather`; places are offsets in elements. */
export type ScatterAdd = [
  rows: number,
  n: number,
  /** Rows of n columns, `ldt` elements from one to the next. */
  table: number,
  ldt: number,
  /** An integer a row: which row of the table it is added to. */
  indices: number,
  /** The rows, `ldfrom` elements from one to the next. */
  from: number,
  ldfrom: number,
];

/** table[indices[row]] += from[row], rows in order. */
export const scatterAdd: OwnKernel<ScatterAdd> = (kernels, rows, n, table, ldt, indices, from, ldfrom) => {
  const kernel = kernels.of(emitScatterAdd).scatter_add!;
  kernels.split(n, LINE, rows * n, (first, count) => {
    const [target, source] = [(table + first) << 2, (from + first) << 2];
    kernel(rows, count, target, ldt << 2, indices << 2, source, ldfrom << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const scatterAddTruth: Truth<ScatterAdd> = (values, rows, n, table, ldt, indices, from, ldfrom) => {
  for (let i = 0; i < rows; i++) {
    const to = table + values[indices + i]! * ldt;
    for (let j = 0; j < n; j++) values[to + j]! += values[from + i * ldfrom + j]!;
  }
};
