/** The loss of one answer among many. */
import { times } from "../autograd/arithmetic.ts";
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import { RecurraError } from "../core/errors.ts";
import type { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

export interface SoftmaxCrossEntropyOptions extends LossOptions {
  /**
   * What a row of each class counts, [classes]; default 1 each. Larger weights for rare classes keep a model from answering with the common ones.
   */
  readonly classWeights?: ArrayLike<number> | undefined;
}

/**
 * Soft-max cross-entropy, from the scores before the soft-max.
 *
 *     ŷ⟨t⟩ = softmax(z⟨t⟩)          L⟨t⟩ = -Σᵢ yᵢ⟨t⟩ log ŷᵢ⟨t⟩ = -log ŷ⟨t⟩[target⟨t⟩]
 *
 * One number a step, so that reduce "mean" and "per-step" are the same. With class weights w it is Σ_t w_y⟨t⟩ L⟨t⟩, which a mean divides by
 * Σ_t w_y⟨t⟩, as PyTorch does.
 *
 * @param scores z as [rows, classes], a row a real step.
 * @param targets the right class of each row.
 * @returns [1, 1], nats.
 * @throws shape when rows or classes differ.
 * Source: the course, "Language model and sequence generation".
 */
export function softmaxCrossEntropy(
  scores: Tensor,
  targets: Indices,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor {
  const { classWeights, reduce } = options;
  const losses = crossEntropy(scores, targets);
  if (classWeights === undefined) return reduceLosses(losses, reduce);
  if (classWeights.length !== scores.columns) {
    throw new RecurraError("shape", {
      where: "softmaxCrossEntropy, classWeights",
      expected: `${scores.columns} weights`,
      got: `${classWeights.length}`,
    });
  }
  const { engine } = scores;
  const weights = Float64Array.from(engine.readIndices(targets.offset, targets.count), (c) => classWeights[c]!);
  const weighted = times(losses, Tensor.from(engine, losses.rows, 1, weights));
  if (reduce === "sum" || losses.rows === 0) return reduceLosses(weighted, reduce);
  return sum(weighted, 1 / weights.reduce((total, weight) => total + weight, 0));
}
