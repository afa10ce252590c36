/** Two tensors of equal shape as one. */
import { add, mul } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { plus, times } from "./arithmetic.ts";
import { concatColumns } from "./concat-columns.ts";
import { elementwise } from "./elementwise.ts";

/** How two tensors become one; only "concat" doubles the columns. */
export type Merge = "concat" | "sum" | "mean" | "mul";

/** [a, b], a + b, (a + b) / 2 or a ⊙ b, row by row. */
export const merges: Readonly<Record<Merge, (a: Tensor, b: Tensor) => Tensor>> = {
  concat: concatColumns,
  sum: plus,
  mean: elementwise((a, b) => mul(add(a, b), 0.5)),
  mul: times,
};
