/**
 * The step that the seasonal-naive forecast repeats: the last known one of the same place in the season.
 *
 *     ŷ⟨t+h⟩ = y⟨t + h - M ⌈h / M⌉⟩
 *
 * A season of 1 is persistence, the last known value; 364 days are the same weekday a year before.
 *
 * @param last t, the last step that is known.
 * @param ahead h, from 1.
 * @param season M, in steps.
 * @returns a step that is not after `last`; below 0 where the series is too short.
 * Source: Hyndman and Athanasopoulos 2021, "Forecasting: Principles and Practice", third edition, section 5.2.
 * @example
 * ```ts
 * seasonalNaiveStep(99, 9, 7); // 94: 14 steps before step 108
 * ```
 */
export function seasonalNaiveStep(last: number, ahead: number, season: number): number {
  return last + ahead - season * Math.ceil(ahead / season);
}
