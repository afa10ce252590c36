/** Draws a class from scores. */
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { isInteger } from "../core/is-integer.ts";

/** Which classes may be drawn at all; without options, all. */
export interface SampleChoice {
  /** Only the k largest scores, of equal ones those of the smallest index; default: all. */
  readonly topK?: number;
  /**
   * Only the nucleus: the fewest classes, the likeliest first, whose probability is p or more together; at least one. Default 1, all.
   * Source: Holtzman et al. 2019, "The Curious Case of Neural Text Degeneration", arXiv 1904.09751, section 3.1.
   */
  readonly topP?: number;
}

/** How many classes may be drawn, of scores in ascending order. */
function countKept(sorted: Float64Array, temperature: number, topK: number, topP: number): number {
  const candidates = Math.min(topK, sorted.length);
  if (topP === 1) return candidates;
  const largest = sorted[sorted.length - 1]!;
  const masses = new Float64Array(candidates); // masses[i]: the weight of the i + 1 likeliest together
  let mass = 0;
  for (let i = 0; i < candidates; i++) {
    mass += exactExp((sorted[sorted.length - 1 - i]! - largest) / temperature);
    masses[i] = mass;
  }
  return masses.findIndex((sum) => sum >= topP * mass) + 1;
}

/** Calls `visit` with each index of the `count` largest scores, upwards; of equal scores the smallest indices are taken. */
function visitLargest(
  scores: ArrayLike<number>,
  least: number,
  above: number,
  count: number,
  visit: (i: number) => void,
) {
  let ties = count - above;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > least) visit(i);
    else if (scores[i]! === least && ties > 0) {
      ties -= 1;
      visit(i);
    }
  }
}

/**
 * Draws an index with probability soft-max(scores / temperature), over all classes or over the likeliest ones only.
 *
 * The steps in order: temperature, then top-k, then top-p of what top-k left, its probabilities summing to 1 again. The exponentials are our own and the sums run in a
 * fixed order, so the same numbers give the same draw on every runtime.
 *
 * @param scores scores before the soft-max.
 * @param temperature above 0; 1 draws as the model says. 0 takes the largest score, the first of equals, as topK 1 does.
 * @param uniform a number of [0, 1).
 * @throws option when topK is no integer of at least 1, or topP is not above 0 and at most 1.
 *
 * @example
 * ```ts
 * sampleIndex([1, 3, 2], 0.8, random.uniform(step), { topK: 40, topP: 0.9 });
 * ```
 */
export function sampleIndex(
  scores: ArrayLike<number>,
  temperature: number,
  uniform: number,
  choice: SampleChoice = {},
): number {
  const { topK = Number.POSITIVE_INFINITY, topP = 1 } = choice;
  if (!(topK === Number.POSITIVE_INFINITY || isInteger(topK, 1))) {
    throw new RecurraError("option", {
      where: "sampleIndex, option topK",
      expected: "an integer of at least 1",
      got: shown(topK),
    });
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new RecurraError("option", {
      where: "sampleIndex, option topP",
      expected: "a number above 0, at most 1",
      got: shown(topP),
    });
  }
  let largest = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[largest]!) largest = i;
  if (temperature === 0 || topK === 1) return largest;

  let count = scores.length;
  let least = Number.NEGATIVE_INFINITY; // the smallest score that may be drawn
  let above = 0; // how many are larger
  if (topK < scores.length || topP < 1) {
    const sorted = Float64Array.from(scores).sort();
    count = countKept(sorted, temperature, topK, topP);
    least = sorted[sorted.length - count]!;
    for (let i = sorted.length - 1; i >= 0 && sorted[i]! > least; i--) above += 1;
  }
  const weights = new Float64Array(scores.length);
  let total = 0;
  visitLargest(scores, least, above, count, (i) => {
    total += weights[i] = exactExp((scores[i]! - scores[largest]!) / temperature);
  });
  let left = uniform * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return largest;
}
