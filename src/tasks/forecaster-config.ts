/** The architecture of a forecaster, as config.json holds it. */

import { isInteger } from "../core/is-integer.ts";
import type { SavedFields } from "../core/saved-fields.ts";
import { calendarFeatureNames } from "../data/encoders/calendar-features.ts";
import type { TimeUnit } from "../data/time-axis.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { ForecastOutput } from "./forecaster-options.ts";

export interface ForecasterConfig {
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** How a table is read; null where it is found out. */
  readonly reading: { readonly column: string | null; readonly timeColumn: string | null };
  /** From one step to the next; null where the series has no times. */
  readonly time: { readonly unit: TimeUnit; readonly step: number } | null;
  readonly window: number;
  readonly horizon: number;
  readonly feedback: boolean;
  readonly output: ForecastOutput;
  readonly interval: number;
  readonly season: number;
  readonly difference: number;
  readonly lags: readonly number[];
  readonly calendar: readonly string[];
  readonly embeddingSize: number;
  /** The name of a built-in cell, or the traced graph of a cell of one's own, so that it loads without its code. */
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
}

/** The most steps that a count of steps may be. */
const MOST_STEPS = 1_000_000;

const isTextOrNull = (x: unknown): boolean => x === null || typeof x === "string";
const isListOf = (x: unknown, isRight: (each: unknown) => boolean): boolean => Array.isArray(x) && x.every(isRight);

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readForecasterConfig(fields: SavedFields): ForecasterConfig {
  const areNames = (x: unknown): boolean => isListOf(x, (name) => typeof name === "string") && (x as []).length > 0;
  fields.require("columns", areNames, "a list of names");
  const isReading = (x: unknown): boolean => {
    const { column, timeColumn } = (x ?? {}) as Record<string, unknown>;
    return isTextOrNull(column) && isTextOrNull(timeColumn);
  };
  fields.require("reading", isReading, "a column and a time column, or null");
  const isTime = (x: unknown): boolean => {
    if (x === null) return true;
    const { unit, step } = (x ?? {}) as Record<string, unknown>;
    return ["second", "day", "month", "number"].includes(unit as string) && Number.isFinite(step) && Number(step) > 0;
  };
  fields.require("time", isTime, "a unit and a step above 0, or null");
  for (const name of ["window", "horizon", "season"]) fields.integer(name, 1, MOST_STEPS);
  fields.integer("difference", 0, MOST_STEPS);
  const isLag = (x: unknown): boolean => isInteger(x, 1, MOST_STEPS);
  fields.require("lags", (x) => isListOf(x, isLag), `a list of integers from 1 to ${MOST_STEPS}`);
  const isFeature = (x: unknown): boolean => calendarFeatureNames.includes(x as string);
  fields.require("calendar", (x) => isListOf(x, isFeature), "a list of calendar features");
  fields.choice("output", ["quantiles", "gaussian", "point"]);
  fields.require("interval", (x) => typeof x === "number" && x > 0 && x < 1, "a number between 0 and 1");
  fields.integer("embeddingSize", 0);
  for (const name of ["hiddenSize", "layers"]) fields.integer(name);
  for (const name of ["feedback", "bidirectional"]) fields.flag(name);
  return fields.values as unknown as ForecasterConfig;
}
