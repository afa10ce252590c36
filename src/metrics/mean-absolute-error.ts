import { requireSameLength } from "./require-same-length.ts";

/**
 * Mean absolute error, in the unit of the numbers; least for forecasts of the median.
 *
 *     MAE = (1/n) Σ |ŷ - y|
 *
 * @throws shape when there are not as many forecasts as values, or none.
 * @example
 * ```ts
 * meanAbsoluteError([1, 5], [2, 2]); // 2
 * ```
 */
export function meanAbsoluteError(forecasts: ArrayLike<number>, values: ArrayLike<number>): number {
  requireSameLength("meanAbsoluteError", forecasts, values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(forecasts[i]! - values[i]!);
  return sum / values.length;
}
