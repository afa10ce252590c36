/** A series that is read as it comes, in constant memory. */
import { RecurraError, shown } from "../core/errors.ts";
import { isNumbers } from "../core/is-numbers.ts";
import { parseTime, TimeAxis, type TimeAxisJson } from "../data/time-axis.ts";
import type { Forecast, Forecaster } from "./forecaster.ts";

/** `toJSON` of a session: the rows that the next forecast may read, oldest first. */
export interface ForecasterSessionJson {
  readonly rows: readonly (readonly number[])[];
  /** The times of the rows; null where there are none. */
  readonly axis: TimeAxisJson | null;
}

/**
 * Where a series stands. Made by `Forecaster.session`.
 *
 * It keeps the last `needed` rows and reads them anew at each step: the network is trained on windows that begin with states
 * of 0, so states carried on from further back would be none that it knows. Its forecasts are those of `predict` to the bit, and
 * its memory does not grow with the series.
 *
 * @example
 * ```ts
 * const session = model.session({ time: "2015-01-01" });
 * for (const births of [8068, 10850, 8328]) session.step(births);
 * const other = session.fork(); // goes its own way from here
 * ```
 */
export class ForecasterSession {
  readonly #model: Forecaster;
  #rows: readonly (readonly number[])[];
  #axis: TimeAxis | undefined;

  /** @throws file-format when the JSON is of another model; data when the time is none. */
  constructor(model: Forecaster, begin: { readonly time?: string | undefined } | ForecasterSessionJson) {
    this.#model = model;
    this.#rows = [];
    if ("rows" in begin) this.#restore(begin);
    else if (begin.time !== undefined) {
      const { time } = model.config;
      const first = parseTime(begin.time);
      if (time === null || first?.unit !== time.unit) {
        throw new RecurraError("data", {
          where: "Forecaster.session, time",
          expected:
            time === null ? "no time: the model was trained without" : `a time in ${time.unit}s, as in training`,
          got: shown(begin.time),
        });
      }
      this.#axis = new TimeAxis(first.unit, first.value, time.step);
    }
  }

  #restore({ rows, axis }: ForecasterSessionJson): void {
    const { columns } = this.#model.config;
    const areRows = Array.isArray(rows) && rows.every((row) => isNumbers(row, columns.length));
    if (!areRows || rows.length > this.#model.needed) {
      throw new RecurraError("file-format", {
        where: "session",
        expected: `at most ${this.#model.needed} rows of ${columns.length} numbers`,
        got: Array.isArray(rows) ? `${rows.length} rows` : typeof rows,
      });
    }
    this.#rows = rows.map((row) => [...row]);
    this.#axis = axis === null ? undefined : new TimeAxis(axis.unit, axis.start, axis.step);
  }

  /**
   * Reads one row.
   *
   * @param row a number for each column; of a single column the number alone.
   * @returns the forecast of the steps after it; undefined until `needed` rows have been read.
   * @throws data when it has another count, or a value is not finite.
   */
  step(row: number | readonly number[]): Forecast | undefined {
    this.read(row);
    return this.forecast();
  }

  /** As `step`, without a forecast. */
  read(row: number | readonly number[]): void {
    const { needed, config } = this.#model;
    const values = typeof row === "number" ? [row] : [...row];
    if (!isNumbers(values, config.columns.length)) {
      throw new RecurraError("data", {
        where: "ForecasterSession.step",
        expected: `${config.columns.length} finite ${config.columns.length === 1 ? "number" : "numbers"}`,
        got: shown(row),
      });
    }
    const rows = [...this.#rows, values];
    const left = Math.max(0, rows.length - needed);
    this.#rows = rows.slice(left);
    this.#axis = this.#axis?.from(left);
  }

  /** The forecast from here, as `step` gave it last; undefined until `needed` rows have been read. */
  forecast(): Forecast | undefined {
    const { columns } = this.#model.config;
    if (this.#rows.length < this.#model.needed) return undefined;
    const values = Float64Array.from(this.#rows.flat());
    return this.#model.predict({ columns, rows: this.#rows.length, values, axis: this.#axis });
  }

  /** A copy that goes its own way. */
  fork(): ForecasterSession {
    return new ForecasterSession(this.#model, this.toJSON());
  }

  /** The rows as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): ForecasterSessionJson {
    return { rows: this.#rows.map((row) => [...row]), axis: this.#axis?.toJSON() ?? null };
  }
}
