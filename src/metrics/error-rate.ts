import { editDistance } from "./edit-distance.ts";
import { requirePredictionEach } from "./require-prediction-each.ts";

/**
 * The edits that turn the predictions into the references, over the length of all references together.
 *
 * @param split a text as the sequence of what is counted.
 * @throws shape when there are not as many predictions as references.
 */
export function errorRate(
  where: string,
  predictions: readonly string[],
  references: readonly string[],
  split: (text: string) => readonly string[],
): number {
  requirePredictionEach(where, predictions, references);
  let edits = 0;
  let length = 0;
  references.forEach((reference, i) => {
    const right = split(reference);
    edits += editDistance(split(predictions[i]!), right);
    length += right.length;
  });
  return edits / Math.max(1, length);
}
