/** Sums of probabilities that are kept as their logarithms. */
import { exactLog } from "./exact-log.ts";
import { exactExp } from "./exact-math.ts";

/**
 * log(eᵃ + eᵇ), in float64, the same bytes on every runtime; -Infinity stands for a probability of 0.
 *
 * @example
 * ```ts
 * logAdd(-1, Number.NEGATIVE_INFINITY); // -1
 * ```
 */
export function logAdd(a: number, b: number): number {
  const larger = a > b ? a : b;
  const smaller = a > b ? b : a;
  if (smaller === Number.NEGATIVE_INFINITY) return larger;
  return larger + exactLog(1 + exactExp(smaller - larger));
}

/**
 * log soft-max of each row, in float64.
 *
 * @param scores as `[rows, classes]`.
 * @returns `[rows, classes]`.
 */
export function logSoftmax(scores: ArrayLike<number>, classes: number): Float64Array {
  const logits = new Float64Array(scores.length);
  for (let at = 0; at < scores.length; at += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, scores[at + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += exactExp(scores[at + k]! - largest);
    const rest = exactLog(sum);
    for (let k = 0; k < classes; k++) logits[at + k] = scores[at + k]! - largest - rest;
  }
  return logits;
}
