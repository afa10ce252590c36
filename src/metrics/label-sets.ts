import { RecurraError } from "../core/errors.ts";

/** Scores of answers that are sets of labels. */
export interface LabelSetScores {
  /** The share of examples whose set is right, label for label. */
  readonly accuracy: number;
  /** The mean over labels of F1 = 2 TP / (2 TP + FP + FN); a label that neither occurs nor is said counts 0. */
  readonly macroF1: number;
  /** F1 of all decisions together. */
  readonly microF1: number;
}

/**
 * Accuracy and F1 where an example has any number of labels.
 *
 * @param predictions 0 or 1 as [examples, labels].
 * @param targets 0 or 1 as [examples, labels].
 * @throws shape when the sizes differ or are no multiple of the labels.
 * @example
 * ```ts
 * import { labelSetScores } from "recurra/metrics";
 * labelSetScores([1, 0, 1, 1], [1, 0, 0, 1], 2).accuracy; // 0.5: the first set is right, the second has one too many
 * ```
 * Source: scikit-learn's `accuracy_score` and `f1_score` of indicator matrices (zero_division 0).
 */
export function labelSetScores(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  labels: number,
): LabelSetScores {
  if (predictions.length !== targets.length || targets.length % labels !== 0) {
    throw new RecurraError("shape", {
      where: "labelSetScores",
      expected: `${targets.length} predictions, a multiple of ${labels}`,
      got: `${predictions.length}`,
    });
  }
  const [right, said, truly] = [new Float64Array(labels), new Float64Array(labels), new Float64Array(labels)];
  const examples = targets.length / labels;
  let exact = 0;
  for (let b = 0; b < examples; b++) {
    let equal = true;
    for (let j = 0; j < labels; j++) {
      const [p, y] = [predictions[b * labels + j]!, targets[b * labels + j]!];
      said[j]! += p;
      truly[j]! += y;
      right[j]! += p * y;
      equal &&= p === y;
    }
    if (equal) exact += 1;
  }
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const f1 = (tp: number, both: number): number => (both === 0 ? 0 : (2 * tp) / both);
  const each = Array.from(right, (tp, j) => f1(tp, said[j]! + truly[j]!));
  return {
    accuracy: examples === 0 ? 0 : exact / examples,
    macroF1: each.reduce((sum, value) => sum + value, 0) / labels,
    microF1: f1(total(right), total(said) + total(truly)),
  };
}
