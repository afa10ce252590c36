/** The loss of one answer among many. */
import { crossEntropy } from "../autograd/cross-entropy.ts";
import type { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/**
 * Soft-max cross-entropy, from the scores before the soft-max.
 *
 *     ŷ⟨t⟩ = softmax(z⟨t⟩)          L⟨t⟩ = -Σᵢ yᵢ⟨t⟩ log ŷᵢ⟨t⟩ = -log ŷ⟨t⟩[target⟨t⟩]
 *
 * One number a step, so that reduce "mean" and "per-step" are the same.
 *
 * @param scores z as [rows, classes], a row a real step.
 * @param targets the right class of each row.
 * @returns [1, 1], nats.
 * @throws shape when rows or classes differ.
 * Source: the course, "Language model and sequence generation".
 */
export function softmaxCrossEntropy(scores: Tensor, targets: Indices, options: LossOptions = {}): Tensor {
  return reduceLosses(crossEntropy(scores, targets), options.reduce);
}
