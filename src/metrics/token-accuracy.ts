import { checkSameTags } from "./entity-f1.ts";

/**
 * The share of tokens with the right tag, over all sequences together.
 *
 * @param predictions tags of each sequence.
 * @param references the right tags.
 * @returns 0 to 1, larger is better; 0 where there is no token.
 * @throws shape when the numbers of sequences or of tags differ.
 * @example
 * ```ts
 * tokenAccuracy([["1", "0"], ["0"]], [["1", "1"], ["0"]]); // 2 of 3
 * ```
 */
export function tokenAccuracy(
  predictions: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): number {
  checkSameTags("tokenAccuracy", predictions, references);
  let [right, all] = [0, 0];
  references.forEach((reference, i) => {
    all += reference.length;
    right += reference.filter((tag, t) => tag === predictions[i]![t]).length;
  });
  return all === 0 ? 0 : right / all;
}
