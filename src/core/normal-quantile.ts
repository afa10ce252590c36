import { exactLog } from "./exact-log.ts";

const CENTRAL_ABOVE = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const CENTRAL_BELOW = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_ABOVE = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

/** Coefficients from the highest power down. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, c) => sum * x + c, 0);
}

function lowerTail(p: number): number {
  const q = Math.sqrt(-2 * exactLog(p));
  return polynomial(q, TAIL_ABOVE) / polynomial(q, TAIL_BELOW);
}

/**
 * The number below which a share p of the standard normal distribution lies.
 *
 * Two rationals, one for the middle and one for the tails; relative error < 1.2e-9.
 *
 * @param p above 0 and below 1.
 * Source: Acklam 2003, "An algorithm for computing the inverse normal cumulative distribution function".
 * @example
 * ```ts
 * normalQuantile(0.975); // 1.95996398...
 * ```
 */
export function normalQuantile(p: number): number {
  if (p < TAIL) return lowerTail(p);
  if (p > 1 - TAIL) return -lowerTail(1 - p);
  const q = p - 0.5;
  const square = q * q;
  return (polynomial(square, CENTRAL_ABOVE) * q) / polynomial(square, CENTRAL_BELOW);
}
