/** The logarithm of `exact-math.ts`, in a file of its own: not every page needs it. */
import { highWord, LN2_HIGH, LN2_LOW, polynomial, scale } from "./exact-math.ts";

/** Coefficients of log((1 + s) / (1 - s)) / s - 2 in s². */
const LOG = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/**
 * The natural logarithm of x.
 *
 * log by splitting off the exponent and an artanh series; relative error < 2.3e-16 for every positive number.
 *
 * log(±0) = -Infinity, log 1 = 0, log(Infinity) = Infinity, NaN for x < 0 and for NaN; denormal x are handled exactly.
 *
 * @example
 * ```ts
 * exactLog(10); // 2.302585092994046
 * ```
 */
export function exactLog(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let v = x;
  if (v < SMALLEST_NORMAL) {
    v *= 18014398509481984;
    k = -54;
  }
  // v = 2ᵏ (1 + f) with 1 + f in [√½, √2].
  const exponent = (highWord(v) - 0x3fe6a09e) >> 20;
  k += exponent;
  const f = scale(v, -exponent) - 1;
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
  const s = f / (2 + f);
  const square = s * s;
  const remainder = square * polynomial(square, LOG);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + remainder) + k * LN2_LOW) - f);
}
