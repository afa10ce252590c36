/** Draws which units of a multi-hot step are on. */
import { exactExp } from "../core/exact-math.ts";
import type { SampleChoice } from "./draw-index.ts";

/**
 * Draws each unit by itself: unit i is on with probability σ(scoreᵢ / temperature).
 *
 * With `topK` only the k units of the largest scores may be on; with `topP` only the fewest, likeliest first, whose probabilities are together p or more of the sum of all.
 *
 * @param scores scores before the sigmoid.
 * @param temperature above 0; 1 draws as the model says. 0 takes the units of probability one half or more.
 * @param uniform gives a number of [0, 1) for each unit.
 * @returns the units that are on, rising.
 */
export function sampleKeys(
  scores: ArrayLike<number>,
  temperature: number,
  uniform: (unit: number) => number,
  choice: SampleChoice = {},
): number[] {
  const { topK = Number.POSITIVE_INFINITY, topP = 1 } = choice;
  const probabilities = Float64Array.from(scores, (score) =>
    temperature === 0 ? (score >= 0 ? 1 : 0) : 1 / (1 + exactExp(-score / temperature)),
  );
  const order = Array.from(probabilities.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  const allowed = new Set<number>();
  let mass = 0;
  for (const unit of order) {
    if (allowed.size >= topK || (topP < 1 && mass >= topP * total)) break;
    allowed.add(unit);
    mass += probabilities[unit]!;
  }
  return Array.from(probabilities.keys()).filter(
    (unit) =>
      allowed.has(unit) && (temperature === 0 ? probabilities[unit] === 1 : uniform(unit) < probabilities[unit]!),
  );
}
