import { requirePredictionEach } from "./require-prediction-each.ts";

/**
 * The share of predictions that are right to the character.
 *
 * @param references for each prediction the texts that are right: one or more.
 * @returns 0 to 1; larger is better.
 * @throws shape when there are not as many predictions as references.
 * @example
 * ```ts
 * exactMatch(["1979-05-03", "1980-01-01"], [["1979-05-03"], ["1980-01-02"]]); // 0.5
 * ```
 */
export function exactMatch(predictions: readonly string[], references: readonly (readonly string[])[]): number {
  requirePredictionEach("exactMatch", predictions, references);
  const right = predictions.filter((prediction, i) => references[i]!.includes(prediction)).length;
  return right / Math.max(1, predictions.length);
}
