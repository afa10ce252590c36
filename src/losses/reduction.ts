/** How the losses of all steps and units become one number. */
import { sum } from "../autograd/sum.ts";
import { RecurraError } from "../core/errors.ts";
import { requireOneOf } from "../core/require-option.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * What a loss is divided by:
 *
 * - `"mean"`: by steps and units together, as PyTorch does;
 * - `"sum"`: by nothing, L = Σ_t L⟨t⟩ as in the course;
 * - `"per-step"`: summed over the units of a step, mean over steps.
 */
export type Reduction = "mean" | "sum" | "per-step";

export interface LossOptions {
  /** Default "mean", so that the learning rate depends neither on the batch nor on its lengths. */
  readonly reduce?: Reduction;
}

/**
 * The losses of rows as one number.
 *
 * A row is a real step of a sequence, so that padding has no part in a sum and none in a count.
 *
 * @param losses as [rows, units].
 * @returns [1, 1].
 * @throws shape when a mean is taken of no step; option when the reduction has another name.
 */
export function reduceLosses(losses: Tensor, reduce: Reduction = "mean"): Tensor {
  if (reduce === "sum") return sum(losses);
  requireOneOf("mean", "sum", "per-step")("loss, reduce", reduce);
  if (losses.size === 0) {
    throw new RecurraError("shape", {
      where: "loss",
      expected: "at least one step to take the mean of",
      got: `[${losses.rows}, ${losses.columns}]`,
      hint: "Every sequence of the batch is empty.",
    });
  }
  return sum(losses, 1 / (reduce === "mean" ? losses.size : losses.rows));
}
