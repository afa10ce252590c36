import { requireSameLength } from "./require-same-length.ts";

/**
 * The share of values that lie within their intervals, ends included; right when it is what the intervals promise.
 *
 * @throws shape when there are not as many bounds as values, or none.
 * @example
 * ```ts
 * intervalCoverage([0, 0], [2, 2], [1, 3]); // 0.5
 * ```
 */
export function intervalCoverage(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  values: ArrayLike<number>,
): number {
  requireSameLength("intervalCoverage, lower", lower, values);
  requireSameLength("intervalCoverage, upper", upper, values);
  let within = 0;
  for (let i = 0; i < values.length; i++) if (lower[i]! <= values[i]! && values[i]! <= upper[i]!) within++;
  return within / values.length;
}
