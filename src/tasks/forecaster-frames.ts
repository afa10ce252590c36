/** What a forecaster's network reads and is to answer: the steps of a series around origins, as rows of numbers. */
import { RecurraError } from "../core/errors.ts";
import { CalendarFeatures } from "../data/encoders/calendar-features.ts";
import type { Scaler } from "../data/encoders/scaler.ts";
import type { NumericSeries } from "../data/sources/numeric-series.ts";
import { seasonalNaiveStep } from "../metrics/seasonal-naive-step.ts";

/** What decides how a series is framed. */
export interface FrameOptions {
  /** D: how many columns the series has. */
  readonly columns: number;
  readonly window: number;
  readonly horizon: number;
  readonly feedback: boolean;
  /** M: the network learns y⟨t⟩ - y⟨t-M⟩; 0 for y⟨t⟩ itself. */
  readonly difference: number;
  readonly lags: readonly number[];
  readonly calendar: readonly string[];
}

/** From where a series is forecast. */
export interface Origin {
  readonly series: NumericSeries;
  /** Its last known step. */
  readonly at: number;
}

/** Some steps of one series as origins. */
export function originsOf(series: NumericSeries, steps: ArrayLike<number>): Origin[] {
  return Array.from(steps, (at) => ({ series, at }));
}

/** Rows that a network reads: steps of time, and in each step every series of the batch. */
export interface FrameRows {
  /** As [rows, width]. */
  readonly values: Float64Array;
  /** For each table of the calendar a row number for each row. */
  readonly tables: readonly Int32Array[];
}

/**
 * Frames of a series, as pure functions of it.
 *
 *     x⟨t⟩ = [y⟨t⟩ or 0 after the origin, how far ahead t + 1 is, the calendar and the lags of t + 1]        ŷ⟨t⟩ = y⟨t+1⟩
 *
 * A forecast reads `window` steps up to its origin, and answers from there on: window 1 and horizon 1 is one step, Tx = Ty = 1.
 */
export class ForecasterFrames {
  readonly options: FrameOptions;
  readonly calendar: CalendarFeatures;
  /** Numbers of a row, before the tables. */
  readonly width: number;
  /** Steps of the past that a forecast needs: the window, and what its differences and lags reach back to. */
  readonly needed: number;
  readonly #level: Scaler;
  readonly #change: Scaler;

  /**
   * @param level the scale of the values, for lags.
   * @param change the scale of what is learnt: values, or their changes since `difference` steps before.
   */
  constructor(options: FrameOptions, level: Scaler, change: Scaler) {
    this.options = options;
    this.#level = level;
    this.#change = change;
    this.calendar = new CalendarFeatures(options.calendar);
    const { columns, lags, window, difference, feedback, horizon } = options;
    this.width = columns * (1 + lags.length) + (feedback || horizon === 1 ? 0 : 1) + this.calendar.width;
    this.needed = window + Math.max(0, difference, ...lags.map((lag) => lag - 1));
  }

  /** Steps that the network runs for a forecast of all steps at once. */
  get steps(): number {
    const { window, horizon, feedback } = this.options;
    return feedback ? window : window + horizon - 1;
  }

  /** @throws data when the calendar is asked for of a series without dates. */
  requireDates(series: NumericSeries, where: string): void {
    if (this.options.calendar.length === 0) return;
    if (series.axis !== undefined && series.axis.unit !== "number") return;
    throw new RecurraError("data", {
      where,
      expected: "dates, for the calendar",
      got: series.axis === undefined ? "a series without times" : "times that are plain numbers",
      hint: "Name the column of the dates with --time-column.",
    });
  }

  /**
   * The rows of steps `from` to `to` - 1 of a frame; step `window` - 1 is the origin.
   *
   * @param fed values of the steps after the origin that were forecast, [steps, origins, D]: feedback.
   */
  rows(origins: readonly Origin[], from: number, to: number, fed?: Float64Array): FrameRows {
    const B = origins.length;
    const { calendar, width } = this;
    const { columns: D, window, horizon, feedback, lags } = this.options;
    const values = new Float64Array((to - from) * B * width);
    const tables = calendar.tables.map(() => new Int32Array((to - from) * B));
    for (let s = from; s < to; s++) {
      for (let b = 0; b < B; b++) {
        const { series, at: origin } = origins[b]!;
        const t = origin - window + 1 + s;
        const row = (s - from) * B + b;
        let at = row * width;
        /** y⟨i⟩ of column j, be it known or fed back. */
        const y = (i: number, j: number): number =>
          i <= origin ? series.values[i * D + j]! : fed![((i - origin - 1) * B + b) * D + j]!;
        if (t <= origin || feedback) for (let j = 0; j < D; j++) values[at + j] = this.#learnt(y(t, j), t, j, y);
        at += D;
        if (!feedback && horizon > 1) values[at++] = t < origin ? 0 : (t - origin + 1) / horizon;
        for (const lag of lags) {
          for (let j = 0; j < D; j++) values[at++] = this.#level.scaled(j, y(t + 1 - lag, j));
        }
        if (calendar.names.length > 0) {
          calendar.write(series.axis!, t + 1, values, at);
          tables.forEach((table, k) => {
            table[row] = calendar.index(series.axis!, t + 1, k);
          });
        }
      }
    }
    return { values, tables };
  }

  #learnt(value: number, t: number, j: number, y: (i: number, j: number) => number): number {
    const { difference } = this.options;
    return this.#change.scaled(j, difference === 0 ? value : value - y(t - difference, j));
  }

  /**
   * What the network is to answer: for the steps after the origin, or with feedback after every step of the window.
   *
   * @returns as [steps, origins, D], scaled.
   */
  targets(origins: readonly Origin[]): Float64Array {
    const B = origins.length;
    const { columns: D, window, horizon, feedback, difference } = this.options;
    const steps = feedback ? window : horizon;
    const targets = new Float64Array(steps * B * D);
    for (let s = 0; s < steps; s++) {
      for (let b = 0; b < B; b++) {
        const { series, at } = origins[b]!;
        const last = feedback ? at - window + 1 + s : at;
        const ahead = feedback ? 1 : s + 1;
        for (let j = 0; j < D; j++) {
          const known = difference === 0 ? 0 : series.values[seasonalNaiveStep(last, ahead, difference) * D + j]!;
          const value = series.values[(last + ahead) * D + j]! - known;
          targets[(s * B + b) * D + j] = this.#change.scaled(j, value);
        }
      }
    }
    return targets;
  }

  /**
   * The value that an answer of the network means.
   *
   * @param ahead h, steps after the origin, from 1.
   * @param fed as in `rows`.
   */
  restored(
    scaled: number,
    { series, at: origin }: Origin,
    ahead: number,
    column: number,
    fed?: (ahead: number) => number,
  ): number {
    const { columns: D, difference, feedback } = this.options;
    const change = this.#change.restored(column, scaled);
    if (difference === 0) return change;
    const step = feedback ? origin + ahead - difference : seasonalNaiveStep(origin, ahead, difference);
    return change + (step <= origin ? series.values[step * D + column]! : fed!(step - origin));
  }
}
