/** The loss of numbers whose errors are many and small. */
import { elementwise } from "../autograd/elementwise.ts";
import { mul, sub } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

const lossOf = elementwise((yHat, y) => mul(sub(yHat, y), sub(yHat, y)));

/**
 * Squared error.
 *
 *     L⟨t⟩ = (ŷ⟨t⟩ - y⟨t⟩)²
 *
 * @param yHat as [rows, units], a row a real step.
 * @param targets y as [rows, units].
 * @returns [1, 1]; with reduce "mean" the mean squared error.
 * @throws shape when the shapes differ.
 */
export function squaredError(yHat: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  return reduceLosses(lossOf(yHat, targets), options.reduce);
}
