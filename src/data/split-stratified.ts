import { RecurraError } from "../core/errors.ts";
import { groupsOf } from "../core/groups-of.ts";
import { Random } from "../core/random.ts";
import { requireFraction } from "./require-fraction.ts";
import { type SequenceSplit, splitBy } from "./split-sequences.ts";

/**
 * Splits labelled examples by chance, so that each label has its share on both sides: a rare one is never left out of the validation part by bad luck alone.
 *
 * Of n examples of a label, round(n validFraction) go to `valid`; a label with one example stays in `train` unless the fraction is 0.5.
 *
 * @param labelOf what an example counts as: its label, or for several labels a text of them all.
 * @param validFraction the share to validate on, from 0 to 0.5; default 0.1; 0 leaves `valid` empty.
 * @param seed decides which go where; both parts keep the order of reading.
 * @throws option when the fraction is out of range; data when a part would be empty.
 * @example
 * ```ts
 * import { splitStratified } from "recurra/data";
 * const { train, valid } = splitStratified(["a1", "a2", "b1", "b2"], (name) => name[0] ?? "", 0.5);
 * ```
 */
export function splitStratified<Example>(
  examples: readonly Example[],
  labelOf: (example: Example) => string,
  validFraction = 0.1,
  seed = 1,
): SequenceSplit<Example> {
  requireFraction("splitStratified", validFraction);
  const byLabel = groupsOf(examples.keys(), (i) => labelOf(examples[i]!));
  const chosen = new Set<number>();
  for (const [label, places] of byLabel) {
    const order = new Random(seed, `stratified split of ${label}`).permutation(places.length);
    for (const k of order.subarray(0, Math.round(places.length * validFraction))) chosen.add(places[k]!);
  }
  if (chosen.size === examples.length || (chosen.size === 0 && validFraction > 0)) {
    throw new RecurraError("data", {
      where: "splitStratified",
      expected: `at least one example on either side of a split at ${1 - validFraction}`,
      got: `${examples.length} examples of ${byLabel.size} labels`,
      hint: "Give more data, a larger validation part, or data to validate on.",
    });
  }
  return splitBy(examples, (_, i) => chosen.has(i));
}

/** The first of examples that are alike: a duplicate on both sides of a split would flatter the score. */
export function withoutDuplicates<Example>(
  examples: readonly Example[],
  keyOf: (example: Example) => string,
): Example[] {
  const seen = new Set<string>();
  return examples.filter((example) => {
    const key = keyOf(example);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
