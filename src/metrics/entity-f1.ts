/** How many entities were found whole. */
import { RecurraError } from "../core/errors.ts";
import { requireLists } from "../core/require-list.ts";
import { entitiesOf } from "./entities.ts";

/** Precision, recall and their harmonic mean, each from 0 to 1; larger is better. */
export interface EntityScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Entity F1: an entity counts as found only where type, first and last token are all right.
 *
 *     precision = right / predicted        recall = right / true        F1 = 2 · precision · recall / (precision + recall)
 *
 * Counted over all sequences together (the micro average); what has nothing to divide by is 0.
 *
 * @param predictions tags of each sequence, BIO or BIOES.
 * @param references the right tags.
 * @throws shape when the numbers of sequences or of tags differ; data when a tag marks no entity and is not O.
 * Source: seqeval 1.2.2, `f1_score` in its default mode.
 * @example
 * ```ts
 * entityF1([["B-PER", "O"]], [["B-PER", "I-PER"]]).f1; // 0: the end is wrong
 * ```
 */
export function entityF1(
  predictions: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): EntityScores {
  checkSameTags("entityF1", predictions, references);
  let [right, predicted, real] = [0, 0, 0];
  references.forEach((reference, i) => {
    const names = (tags: readonly string[]): string[] =>
      entitiesOf(tags).map(({ type, start, end }) => `${start} ${end} ${type}`);
    const found = names(predictions[i]!);
    const truth = new Set(names(reference));
    predicted += found.length;
    real += truth.size;
    right += found.filter((name) => truth.has(name)).length;
  });
  const precision = predicted === 0 ? 0 : right / predicted;
  const recall = real === 0 ? 0 : right / real;
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}

/** @throws shape when the numbers of sequences or of tags differ. */
export function checkSameTags(
  where: string,
  predictions: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): void {
  for (const lists of [[predictions, references], predictions, references]) requireLists(where, lists);
  const odd = references.findIndex((reference, i) => reference.length !== predictions[i]?.length);
  if (predictions.length === references.length && odd < 0) return;
  throw new RecurraError("shape", {
    where: odd < 0 ? where : `${where}, sequence ${odd + 1}`,
    expected: odd < 0 ? `${references.length} sequences` : `${references[odd]!.length} tags`,
    got: String(odd < 0 ? predictions.length : (predictions[odd]?.length ?? "none")),
  });
}
