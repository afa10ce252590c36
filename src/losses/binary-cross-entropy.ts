/** The loss of yes-or-no answers. */
import { elementwise } from "../autograd/elementwise.ts";
import { add, mul, neg, softplus, sub } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

// with ŷ = σ(z): -log ŷ = log(1 + e⁻ᶻ) and -log(1 - ŷ) = log(1 + eᶻ), neither of which overflows
const lossOf = elementwise((z, y) => add(mul(y, softplus(neg(z))), mul(sub(1, y), softplus(z))));

/**
 * Binary cross-entropy, from the scores before the sigmoid.
 *
 *     ŷ⟨t⟩ = σ(z⟨t⟩)          L⟨t⟩ = -y⟨t⟩ log ŷ⟨t⟩ - (1 - y⟨t⟩) log(1 - ŷ⟨t⟩)
 *     L = Σ_t L⟨t⟩ with reduce "sum", the loss of the course
 *
 * Exact for scores of any size: a log of the sigmoid itself would be infinite from about 100 on.
 *
 * @param scores z as [rows, units], a row a real step.
 * @param targets y as [rows, units], 0 or 1 or a probability between.
 * @returns [1, 1], nats.
 * @throws shape when the shapes differ.
 * Source: the course, "Recurrent neural network model" (the loss of a named-entity tagger).
 * @example
 * ```ts
 * import { binaryCrossEntropy } from "recurra/losses";
 * const loss = binaryCrossEntropy(scores, targets, { reduce: "sum" });
 * ```
 */
export function binaryCrossEntropy(scores: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  return reduceLosses(lossOf(scores, targets), options.reduce);
}
