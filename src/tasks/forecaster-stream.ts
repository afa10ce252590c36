/** A CSV file that arrives in pieces, forecast from as far as it has come. */
import { RecurraError, shown, withPlace } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import { type NumericSeries, readNumericSeries } from "../data/sources/numeric-series.ts";
import { parseTime, TimeAxis } from "../data/time-axis.ts";
import type { Forecaster } from "./forecaster.ts";
import { seriesReading } from "./forecaster-options.ts";
import type { ForecasterSession } from "./forecaster-session.ts";
import type { JsonObject, PredictionStream } from "./task.ts";

const WHERE = "stream";

/** The time of a single row, with the step that the model was trained on; days of monthly data in months. */
function axisOf(axis: TimeAxis, { unit, step }: { readonly unit: TimeAxis["unit"]; readonly step: number }): TimeAxis {
  if (unit !== "month" || axis.unit !== "day") return new TimeAxis(axis.unit, axis.start, step);
  return new TimeAxis(unit, parseTime(axis.format(0).slice(0, 7))!.value, step);
}

/** Made by `Forecaster.stream`: lines of a CSV file, with or without a header. */
export class ForecasterStream implements PredictionStream {
  readonly #model: Forecaster;
  readonly #decoder = new TextDecoder();
  #session: ForecasterSession | undefined;
  #header = "";
  #rest = "";
  #line = 0;
  /** The time that the next row must have. */
  #expected: string | undefined;

  constructor(model: Forecaster) {
    this.#model = model;
    // says at once that a bidirectional model cannot
    model.session();
  }

  /** @returns the forecast after the last whole line of the piece; undefined until the model has rows enough. */
  push(piece: string | Uint8Array): JsonObject | undefined {
    this.#rest += typeof piece === "string" ? piece : this.#decoder.decode(piece, { stream: true });
    const lines = this.#rest.split(/\r\n|\n/);
    this.#rest = lines.pop()!;
    return this.#readLines(lines);
  }

  /** Reads a last line that nothing ended. */
  end(): JsonObject | undefined {
    const last = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return this.#readLines([last]);
  }

  #readLines(lines: readonly string[]): JsonObject | undefined {
    let news = false;
    for (const line of lines) {
      this.#line += 1;
      if (line.trim() !== "" && this.#readLine(line)) news = true;
    }
    const forecast = news ? this.#session?.forecast() : undefined;
    return forecast === undefined ? undefined : this.#model.toAnswer(forecast);
  }

  /** @returns whether it was a row of numbers. */
  #readLine(line: string): boolean {
    const isFirst = this.#session === undefined && this.#header === "";
    if (isFirst && !/\d/.test(line)) {
      this.#header = `${line}\n`;
      return false;
    }
    const { values, axis } = this.#parse(line);
    const time = axis?.format(0);
    if (this.#session === undefined) {
      const { time: saved } = this.#model.config;
      this.#session = this.#model.session({ time: saved === null ? undefined : time });
    } else if (this.#expected !== undefined && time !== this.#expected) {
      throw new RecurraError("data", {
        where: `${WHERE}, line ${this.#line}`,
        expected: `the time ${shown(this.#expected)}`,
        got: shown(time),
      });
    }
    this.#expected = axis?.format(1);
    this.#session.read([...values]);
    return true;
  }

  /** One row as a series of its own, its axis that of the model. */
  #parse(line: string): NumericSeries {
    const { reading, time, columns } = this.#model.config;
    const faults = new DataFaults();
    try {
      const read = seriesReading(reading);
      const named = this.#header === "" ? read : { ...read, columns };
      const series = readNumericSeries(`${this.#header}${line}\n`, WHERE, faults, named);
      faults.finish();
      return series.axis === undefined || time === null ? series : { ...series, axis: axisOf(series.axis, time) };
    } catch (cause) {
      throw withPlace(cause, (where) => where.replace(/line \d+/, `line ${this.#line}`));
    }
  }
}
