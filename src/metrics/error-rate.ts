import { RecurraError } from "../core/errors.ts";
import { editDistance } from "./edit-distance.ts";

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
  if (predictions.length !== references.length) {
    throw new RecurraError("shape", {
      where,
      expected: `a prediction for each of ${references.length} references`,
      got: String(predictions.length),
    });
  }
  let edits = 0;
  let length = 0;
  references.forEach((reference, i) => {
    const right = split(reference);
    edits += editDistance(split(predictions[i]!), right);
    length += right.length;
  });
  return edits / Math.max(1, length);
}
