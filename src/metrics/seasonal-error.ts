import { RecurraError } from "../core/errors.ts";

/**
 * The in-sample error of the seasonal-naive forecast, by which MASE divides.
 *
 *     s = (1/(T - M)) Σ_t |y⟨t⟩ - y⟨t-M⟩|,  t from M + 1 to T
 *
 *     MASE = MAE / s
 *
 * A forecast with a MASE below 1 errs less than repeating the season did in training, one step ahead.
 *
 * @param values the training part of one series, `[T]`.
 * @param season M, in steps; 1 for a series without a season.
 * @throws data when the series is no longer than the season, or repeats it without any error.
 * Source: Hyndman and Koehler 2006, "Another look at measures of forecast accuracy", section 3.
 * @example
 * ```ts
 * seasonalError([1, 2, 4, 7], 1); // 2
 * ```
 */
export function seasonalError(values: ArrayLike<number>, season: number): number {
  let sum = 0;
  for (let t = season; t < values.length; t++) sum += Math.abs(values[t]! - values[t - season]!);
  if (values.length > season && sum > 0) return sum / (values.length - season);
  throw new RecurraError("data", {
    where: "seasonalError",
    expected: `a training series longer than the season of ${season} steps, which does not repeat it exactly`,
    got: `${values.length} steps${values.length > season ? " that repeat" : ""}`,
    hint: "Give another season.",
  });
}
