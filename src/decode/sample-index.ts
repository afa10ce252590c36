/** Draws a class from scores. */
import { exactExp } from "../core/exact-math.ts";

/**
 * Draws an index with probability soft-max(scores / temperature).
 *
 * The exponentials are our own and the sums run upwards, so the same numbers give the same draw on every runtime.
 *
 * @param scores scores before the soft-max.
 * @param temperature above 0; 1 draws as the model says. 0 takes the largest score, the first of equals.
 * @param uniform a number of [0, 1).
 */
export function sampleIndex(scores: ArrayLike<number>, temperature: number, uniform: number): number {
  let largest = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[largest]!) largest = i;
  if (temperature === 0) return largest;
  const weights = new Float64Array(scores.length);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    total += weights[i] = exactExp((scores[i]! - scores[largest]!) / temperature);
  }
  let left = uniform * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return largest;
}
