/** The draw of a class from scores. */
import { exactExp } from "../core/exact-math.ts";

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

/** As `sampleIndex`, for a choice that is known to be right. */
export function drawIndex(
  scores: ArrayLike<number>,
  temperature: number,
  uniform: number,
  choice: SampleChoice = {},
): number {
  const { topK = Number.POSITIVE_INFINITY, topP = 1 } = choice;
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
