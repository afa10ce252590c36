/** The architecture of a forecaster, as config.json holds it. */
import { RecurraError, shown } from "../core/errors.ts";
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

const isCount =
  (least: number) =>
  (x: unknown): boolean =>
    Number.isSafeInteger(x) && (x as number) >= least && (x as number) <= 1_000_000;
const isFlag = (x: unknown): boolean => typeof x === "boolean";
const isText = (x: unknown): boolean => typeof x === "string";
const listWhere =
  (test: (x: unknown) => boolean) =>
  (x: unknown): boolean =>
    Array.isArray(x) && x.every(test);
const isTextOrNull = (x: unknown): boolean => x === null || isText(x);

/** What each field must be, in words and as a test. */
const FIELDS: Readonly<Record<Exclude<keyof ForecasterConfig, "cell">, readonly [string, (x: unknown) => boolean]>> = {
  columns: ["a list of names", (x) => listWhere(isText)(x) && (x as unknown[]).length > 0],
  reading: [
    "a column and a time column, or null",
    (x) => {
      const { column, timeColumn } = (x ?? {}) as Record<string, unknown>;
      return isTextOrNull(column) && isTextOrNull(timeColumn);
    },
  ],
  time: [
    "a unit and a step above 0, or null",
    (x) => {
      if (x === null) return true;
      const { unit, step } = (x ?? {}) as Record<string, unknown>;
      return ["second", "day", "month", "number"].includes(unit as string) && Number.isFinite(step) && Number(step) > 0;
    },
  ],
  window: ["an integer from 1", isCount(1)],
  horizon: ["an integer from 1", isCount(1)],
  feedback: ["true or false", isFlag],
  output: ["quantiles, gaussian or point", (x) => ["quantiles", "gaussian", "point"].includes(x as string)],
  interval: ["a number between 0 and 1", (x) => typeof x === "number" && x > 0 && x < 1],
  season: ["an integer from 1", isCount(1)],
  difference: ["an integer from 0", isCount(0)],
  lags: ["a list of integers from 1", listWhere(isCount(1))],
  calendar: ["a list of calendar features", listWhere((x) => calendarFeatureNames.includes(x as string))],
  embeddingSize: ["an integer from 0", isCount(0)],
  hiddenSize: ["an integer from 1", isCount(1)],
  layers: ["an integer from 1", isCount(1)],
  bidirectional: ["true or false", isFlag],
};

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readForecasterConfig(value: unknown, where: string): ForecasterConfig {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  for (const [name, [expected, test]] of Object.entries(FIELDS)) {
    if (test(object[name])) continue;
    throw new RecurraError("file-format", { where: `${where}, ${name}`, expected, got: shown(object[name]) });
  }
  return object as unknown as ForecasterConfig;
}
