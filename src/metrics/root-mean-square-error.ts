import { requireSameLength } from "./require-same-length.ts";

/**
 * Root of the mean squared error, in the unit of the numbers; least for forecasts of the mean, and large errors weigh more.
 *
 *     RMSE = √((1/n) Σ (ŷ - y)²)
 *
 * @throws shape when there are not as many forecasts as values, or none.
 * @example
 * ```ts
 * rootMeanSquareError([1, 5], [2, 2]); // 2.23606797749979
 * ```
 */
export function rootMeanSquareError(forecasts: ArrayLike<number>, values: ArrayLike<number>): number {
  requireSameLength("rootMeanSquareError", forecasts, values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (forecasts[i]! - values[i]!) * (forecasts[i]! - values[i]!);
  return Math.sqrt(sum / values.length);
}
