/** Draws a class from scores. */
import { requireRate } from "../core/require-option.ts";
import { drawIndex, type SampleChoice } from "./draw-index.ts";
import { requireSampling } from "./sample-options.ts";

/**
 * Draws an index with probability soft-max(scores / temperature), over all classes or over the likeliest ones only.
 *
 * The steps in order: temperature, then top-k, then top-p of what top-k left, its probabilities summing to 1 again. The exponentials are our own and the sums run in a
 * fixed order, so the same numbers give the same draw on every runtime.
 *
 * @param scores scores before the soft-max.
 * @param temperature above 0; 1 draws as the model says. 0 takes the largest score, the first of equals, as topK 1 does.
 * @param uniform a number of [0, 1).
 * @throws option when topK is no integer of at least 1, topP is not above 0 and at most 1, or another number is out of range.
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
  requireSampling("sampleIndex", { ...choice, temperature }, {});
  requireRate("sampleIndex, uniform", uniform);
  return drawIndex(scores, temperature, uniform, choice);
}
