/** The naive forecasts that a forecaster is held against. */
import type { NumericSeries } from "../data/sources/numeric-series.ts";
import { seasonalNaiveStep } from "../metrics/seasonal-naive-step.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Baseline } from "./task.ts";

/** Steps of a year, as near as whole weeks and as whole days come; none where a series has no dates or spans less. */
function yearsOf(series: NumericSeries): number[] {
  const { axis } = series;
  if (axis === undefined || axis.unit === "number") return [];
  const unitsAYear = { month: [12], day: [364, 365], second: [364 * 86_400, 365 * 86_400] }[axis.unit];
  return unitsAYear.map((units) => units / axis.step).filter((steps) => Number.isInteger(steps) && steps > 1);
}

/** The error of repeating the season over what was known before the first forecast. */
function pastError(series: NumericSeries, end: number, season: number): number {
  const D = series.columns.length;
  let sum = 0;
  for (let i = season * D; i < end * D; i++) sum += Math.abs(series.values[i]! - series.values[i - season * D]!);
  return sum / (end - season);
}

/**
 * Persistence, the seasonal-naive forecast of the model's season, and the same day last year, from the same origins as the model.
 *
 * Last year is 364 days before, the same weekday, or 365, the same date: whichever was nearer in what was known before the first
 * forecast. A baseline that reaches back before the series' beginning is left out.
 */
export function forecasterBaselines(model: Forecaster, series: NumericSeries, origins: Int32Array): Baseline[] {
  const { season, horizon } = model.config;
  const D = model.config.columns.length;
  const first = origins[0]!;
  const seasons = [{ name: "persistence", steps: 1 }];
  if (season > 1) seasons.push({ name: `seasonal naive, ${season} steps`, steps: season });
  const years = yearsOf(series).filter((steps) => steps !== season && steps <= first);
  years.sort((a, b) => pastError(series, first + 1, a) - pastError(series, first + 1, b));
  if (years[0] !== undefined) seasons.push({ name: `same day last year, ${years[0]} steps`, steps: years[0] });
  return seasons
    .filter(({ steps }) => steps - 1 <= first)
    .map(({ name, steps }) => {
      const values = new Float64Array(origins.length * horizon * D);
      origins.forEach((origin, i) => {
        for (let h = 1; h <= horizon; h++) {
          const from = seasonalNaiveStep(origin, h, steps) * D;
          values.set(series.values.subarray(from, from + D), (i * horizon + h - 1) * D);
        }
      });
      return { name, metrics: model.errorsOf(values, series, origins) };
    });
}
