import type { OwnKernel, Truth } from "./engine.ts";
import { emitSum } from "./wasm/sum.ts";

/** Elements to sum: `count` of them at `from`, an offset in elements. */
export type Sum = [from: number, count: number];

/** Σ xᵢ in float64, in a fixed order. */
export const sum: OwnKernel<Sum, number> = (kernels, from, count) => kernels.of(emitSum).sum!(from << 2, count);

/** The same in plain loops over the numbers of the reference engine. */
export const sumTruth: Truth<Sum, number> = (values, from, count) => {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[from + i]!;
  return total;
};
