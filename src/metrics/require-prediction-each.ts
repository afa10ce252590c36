import { RecurraError } from "../core/errors.ts";
import { requireLists } from "../core/require-list.ts";

/** @throws shape when there are not as many predictions as references. */
export function requirePredictionEach(
  where: string,
  predictions: readonly string[],
  references: readonly unknown[],
): void {
  requireLists(where, [predictions, references]);
  if (predictions.length === references.length) return;
  const expected = `a prediction for each of ${references.length} references`;
  throw new RecurraError("shape", { where, expected, got: String(predictions.length) });
}
