/** The loss of numbers among which some lie far out. */
import { elementwise } from "../autograd/elementwise.ts";
import { abs, sub } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

const lossOf = elementwise((yHat, y) => abs(sub(yHat, y)));

/**
 * Absolute error.
 *
 *     L⟨t⟩ = |ŷ⟨t⟩ - y⟨t⟩|
 *
 * Its gradient is the sign of the error, 0 where there is none.
 *
 * @param yHat as [rows, units], a row a real step.
 * @param targets y as [rows, units].
 * @returns [1, 1]; with reduce "mean" the mean absolute error.
 * @throws shape when the shapes differ.
 */
export function absoluteError(yHat: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  return reduceLosses(lossOf(yHat, targets), options.reduce);
}
