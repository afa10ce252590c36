import type { OwnKernel, Truth } from "./engine.ts";
import type { Sum } from "./sum.ts";
import { emitSumOfSquares } from "./wasm/sum.ts";

/** Σ xᵢ² in float64, in a fixed order. */
export const sumOfSquares: OwnKernel<Sum, number> = (kernels, from, count) =>
  kernels.of(emitSumOfSquares).sum_of_squares!(from << 2, count);

/** The same in plain loops over the numbers of the reference engine. */
export const sumOfSquaresTruth: Truth<Sum, number> = (values, from, count) => {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[from + i]! * values[from + i]!;
  return total;
};
