import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { requireFraction } from "./require-fraction.ts";

/** The two parts of a set of sequences. */
export interface SequenceSplit<Sequence> {
  readonly train: Sequence[];
  readonly valid: Sequence[];
}

/** Splits as told; both parts keep the order of reading. */
export function splitBy<Item>(
  items: readonly Item[],
  isValid: (item: Item, i: number) => boolean,
): SequenceSplit<Item> {
  return { train: items.filter((item, i) => !isValid(item, i)), valid: items.filter(isValid) };
}

/**
 * Splits sequences that do not depend on each other by chance: a list of lines is often sorted, so that its end is unlike the rest.
 *
 * @param validFraction the share to validate on, from 0 to 0.5; default 0.1; 0 leaves `valid` empty.
 * @param seed decides which go where; both parts keep the order of reading.
 * @throws option when the fraction or seed is out of range; data when a part would be empty.
 *
 * @example
 * ```ts
 * const { train, valid } = splitSequences(sequences, 0.1, 1);
 * ```
 */
export function splitSequences<Sequence>(
  sequences: readonly Sequence[],
  validFraction = 0.1,
  seed = 1,
): SequenceSplit<Sequence> {
  requireFraction("splitSequences", validFraction);
  const validCount = Math.round(sequences.length * validFraction);
  if (validCount === sequences.length || (validCount === 0 && validFraction > 0)) {
    throw new RecurraError("data", {
      where: "splitSequences",
      expected: `at least one sequence on either side of a split at ${1 - validFraction}`,
      got: sequences.length === 1 ? "a single one" : `${sequences.length} sequences`,
      hint: "Give more data, a larger validation part, or data to validate on.",
    });
  }
  const chosen = new Set(new Random(seed, "split of sequences").permutation(sequences.length).subarray(0, validCount));
  return splitBy(sequences, (_, i) => chosen.has(i));
}
