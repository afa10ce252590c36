/** The options of the task forecaster: the one table behind flags, help and the library's options. */
import { RecurraError } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { calendarFeatureNames } from "../data/encoders/calendar-features.ts";
import type { Scaling } from "../data/encoders/scaler.ts";
import type { NumericSeriesOptions } from "../data/sources/numeric-series.ts";
import type { TimeAxis } from "../data/time-axis.ts";
import {
  bidirectionalRow,
  embeddingRow,
  type NetworkOptions,
  networkRows,
  type ResolvedNetwork,
} from "./network-options.ts";
import { optionRows, readingRow } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

/** What a forecast says beside its middle. */
export type ForecastOutput = "quantiles" | "gaussian" | "point";

/** A list of names or numbers in an option: "364, 7". */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

export const forecasterOptions: readonly OptionRow[] = optionRows([
  readingRow("column", "columns to forecast, by name or number, with commas between; default all columns of numbers"),
  readingRow(
    "timeColumn",
    "column of the times (ISO dates or numbers, evenly spaced); default one of ISO dates where there is one",
  ),
  {
    name: "window",
    kind: "integer",
    minimum: 1,
    maximum: 65_536,
    fallback: 28,
    help: "steps of the past that a forecast reads",
  },
  {
    name: "horizon",
    kind: "integer",
    minimum: 1,
    maximum: 4096,
    fallback: 7,
    help: "steps of the future that a forecast says",
  },
  {
    name: "feedback",
    kind: "boolean",
    fallback: false,
    help: "learns the next step alone and feeds each forecast back; without it, all steps are learnt at once",
  },
  {
    name: "output",
    kind: "choice",
    choices: ["quantiles", "gaussian", "point"],
    fallback: "quantiles",
    help: "median and interval, a normal distribution's mean and interval, or the median alone",
  },
  {
    name: "interval",
    kind: "number",
    minimum: 0.01,
    maximum: 0.999,
    fallback: 0.8,
    help: "share of the values that intervals are to hold",
  },
  {
    name: "season",
    kind: "integer",
    minimum: 1,
    fallback: 1,
    help: "steps of the season: of the seasonal-naive baseline, and of the scale of MASE",
  },
  {
    name: "difference",
    kind: "integer",
    minimum: 0,
    fallback: 0,
    help: "learns the change since so many steps before (a season); 0 learns the values themselves",
  },
  {
    name: "lags",
    kind: "string",
    help: "values so many steps before each step, read beside it, with commas between: 364 for the same weekday last year",
  },
  {
    name: "calendar",
    kind: "string",
    fallback: "auto",
    help: `what dates say, with commas between: ${calendarFeatureNames.join(", ")}; auto (weekday and year-day of days, month of months), none`,
  },
  embeddingRow(8, "numbers for each day of the calendar, with --calendar month-day or month-weekday"),
  {
    name: "scaling",
    kind: "choice",
    choices: ["standard", "min-max", "none"],
    fallback: "standard",
    help: "how columns are scaled, by the training part: to mean 0 and deviation 1, from 0 to 1, or not",
  },
  {
    name: "testFraction",
    kind: "number",
    minimum: 0,
    maximum: 0.9,
    fallback: 0.1,
    excludes: ["testRows"],
    help: "share of the series' end that no training sees; eval forecasts it",
  },
  {
    name: "testRows",
    kind: "integer",
    minimum: 0,
    help: "the same in rows",
  },
  ...networkRows({ hiddenSize: 64 }),
  bidirectionalRow(false),
  ...trainingRows({
    epochs: 20,
    batchSize: 32,
    learningRate: 0.003,
    schedule: "cosine",
    batchHelp: "windows of the series that are read side by side",
    validHelp: "share of the series, before the test part, that is kept back to validate on",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface ForecasterOptions extends NetworkOptions, TrainingOptions {
  readonly window?: number;
  readonly horizon?: number;
  readonly feedback?: boolean;
  readonly output?: ForecastOutput;
  readonly interval?: number;
  readonly season?: number;
  readonly difference?: number;
  readonly lags?: string;
  readonly calendar?: string;
  readonly embeddingSize?: number;
  readonly scaling?: Scaling;
  readonly testFraction?: number;
  readonly testRows?: number;
  readonly bidirectional?: boolean;
  /** Of a table that is read: kept, so that `eval` and `predict` read the same columns. */
  readonly column?: string;
  readonly timeColumn?: string;
}

/** How a table is read, as options or a saved config say it. */
export function seriesReading({ column, timeColumn }: SaidReading): NumericSeriesOptions {
  return { columns: typeof column === "string" ? listOf(column) : undefined, timeColumn: timeColumn ?? undefined };
}

interface SaidReading {
  readonly column?: string | null;
  readonly timeColumn?: string | null;
}

/** Options with the table's defaults filled in. */
export type ResolvedForecaster = ResolvedNetwork &
  ResolvedTraining &
  Required<Omit<ForecasterOptions, Optional | keyof NetworkOptions | keyof TrainingOptions>> &
  Pick<ForecasterOptions, Optional>;
type Optional = "testFraction" | "testRows" | "column" | "timeColumn" | "lags";

/**
 * The lags of an option.
 *
 * @throws option when one is no whole number, or is not known yet when the last step of a forecast is made.
 */
export function lagsOf({
  lags,
  horizon,
  feedback,
}: Pick<ResolvedForecaster, "lags" | "horizon" | "feedback">): number[] {
  const least = feedback ? 1 : horizon;
  return listOf(lags ?? "").map((text) => {
    const lag = Number(text);
    if (isInteger(lag, least)) return lag;
    throw new RecurraError("option", {
      where: "trainForecaster, option lags",
      expected: feedback ? "whole numbers from 1" : `whole numbers from ${horizon}, the horizon`,
      got: JSON.stringify(text),
      hint: "A nearer value is not known yet at the end of the horizon.",
    });
  });
}

/**
 * The calendar features of an option.
 *
 * "auto" takes weekday and time of the year of days, the month of months, time of day and weekday of anything finer, and nothing where there are no dates.
 */
export function calendarOf({ calendar }: Pick<ResolvedForecaster, "calendar">, axis: TimeAxis | undefined): string[] {
  if (calendar === "none") return [];
  if (calendar !== "auto") return listOf(calendar);
  switch (axis?.unit) {
    case "second":
      return ["day-time", "weekday"];
    case "day":
      return axis.step % 7 === 0 ? ["year-day"] : ["weekday", "year-day"];
    case "month":
      return ["month"];
    default:
      return [];
  }
}

/** @throws option for two options that cannot go together. */
export function checkTogether(o: ResolvedForecaster): void {
  const rivals = (expected: string, got: string, hint: string): RecurraError =>
    new RecurraError("option", { where: "trainForecaster", expected, got, hint });
  if (o.feedback && o.bidirectional) {
    const hint = "Leave one of them out.";
    throw rivals("feedback or bidirectional", "both: what reads the future cannot be fed a step at a time", hint);
  }
  if (o.embeddingSize === 0 && /month-(day|weekday)/.test(o.calendar)) {
    throw rivals("an embedding for the days of the calendar", "embeddingSize 0", "Give --embedding 8, say.");
  }
  if (o.feedback && o.output === "quantiles") {
    const hint = 'Choose output "gaussian": its forecasts are drawn and fed back as paths.';
    throw rivals("feedback or quantiles", "both: quantiles of one step say nothing of the next", hint);
  }
}
