/** A trained forecaster: it continues time series. */

import { RecurraError, shown } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import { decodeText } from "../data/sources/decode-text.ts";
import { type NumericSeries, readNumericSeries } from "../data/sources/numeric-series.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { intervalCoverage, meanAbsoluteError, rootMeanSquareError } from "../metrics/index.ts";
import { type ForecastDistribution, forecastDistribution } from "./forecast-distribution.ts";
import { type Forecasts, forecastFrom } from "./forecast-from.ts";
import { type ForecasterConfig, readForecasterConfig } from "./forecaster-config.ts";
import { ForecasterFrames, originsOf } from "./forecaster-frames.ts";
import { ForecasterNetwork } from "./forecaster-network.ts";
import { seriesReading } from "./forecaster-options.ts";
import { type ForecasterScales, readForecasterScales, seriesDigest } from "./forecaster-scales.ts";
import { ForecasterSession, type ForecasterSessionJson } from "./forecaster-session.ts";
import { ForecasterStream } from "./forecaster-stream.ts";
import { loadedCell } from "./loaded-cell.ts";
import { flopOfParts } from "./parts-flop.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf, inputPlace } from "./saved-model.ts";
import type { JsonObject, Metrics, ModelFiles, OptionValues, Precision, PredictingModel } from "./task.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** The steps that follow a series. */
export interface Forecast {
  /** Each step's values, one a column: the medians, or the means of a Gaussian output. */
  readonly values: readonly (readonly number[])[];
  /** The lower ends of the intervals; absent where the model has none. */
  readonly lower?: readonly (readonly number[])[] | undefined;
  readonly upper?: readonly (readonly number[])[] | undefined;
  /** The times of the steps; absent where the series has none. */
  readonly times?: readonly string[] | undefined;
}

/**
 * What `trainForecaster` gives, and `Forecaster.fromFiles` reads again.
 *
 * @example
 * ```ts
 * const { values, lower, upper } = model.predict(series); // the next `horizon` steps
 * ```
 */
export class Forecaster implements PredictingModel {
  readonly task = "forecaster";
  readonly inputs = "file";
  readonly config: ForecasterConfig;
  readonly scales: ForecasterScales;
  readonly network: ForecasterNetwork;
  readonly frames: ForecasterFrames;
  readonly distribution: ForecastDistribution;

  constructor(config: ForecasterConfig, scales: ForecasterScales, network: ForecasterNetwork) {
    this.config = config;
    this.scales = scales;
    this.network = network;
    this.frames = framesOf(config, scales);
    this.distribution = forecastDistribution(config.output, config.interval);
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of one step of time. */
  get flopPerToken(): Flop {
    const { rnn, dense } = this.network.parts;
    return flopOfParts({ rnn, dense });
  }

  get reading(): OptionValues {
    const { column, timeColumn } = this.config.reading;
    return { column: column ?? undefined, timeColumn: timeColumn ?? undefined };
  }

  /** Steps of the past that a forecast needs. */
  get needed(): number {
    return this.frames.needed;
  }

  /**
   * The `horizon` steps that follow a series.
   *
   * Only its last `needed` steps are read: the window, and what differences and lags reach back to.
   *
   * @throws data when it is too short, has other columns, or no dates that the calendar needs.
   */
  predict(series: NumericSeries): Forecast {
    return this.predictMany([series])[0]!;
  }

  /** As `predict` for each series: the same bytes as one alone. */
  predictMany(series: readonly NumericSeries[]): Forecast[] {
    const origins = series.map((each, i) => {
      const where = inputPlace(series, "series", i);
      this.requireLike(each, where);
      const { rows } = each;
      if (rows >= this.needed) return { series: each, at: rows - 1 };
      const { window, difference, lags } = this.config;
      const back = difference === 0 && lags.length === 0 ? "" : " and what its differences and lags reach back to";
      const expected = `${this.needed} rows or more: a window of ${window}${back}`;
      throw new RecurraError("data", { where, expected, got: String(rows) });
    });
    const all = forecastFrom(this.#parts, origins);
    const size = this.config.horizon * this.config.columns.length;
    const of = (part: Float64Array, i: number): Float64Array => part.subarray(i * size, (i + 1) * size);
    return series.map((each, i) =>
      this.#toForecast({ values: of(all.values, i), lower: of(all.lower, i), upper: of(all.upper, i) }, each),
    );
  }

  get #parts(): Parameters<typeof forecastFrom>[0] {
    const { network, frames, distribution } = this;
    return { network, frames, distribution, interval: this.config.interval };
  }

  /** @throws data when a series has not the columns of training, in their order, or no dates that the calendar needs. */
  requireLike(series: NumericSeries, where: string): void {
    const { columns } = this.config;
    const moved = columns.some((name, j) => series.columns[j] !== name && series.columns.includes(name));
    if (series.columns.length !== columns.length || moved) {
      throw new RecurraError("data", {
        where,
        expected: `${columns.length} columns: ${shown(columns.join(", "))}`,
        got: `${series.columns.length}: ${shown(series.columns.join(", "))}`,
        hint: "Name them with --column.",
      });
    }
    this.frames.requireDates(series, where);
  }

  #toForecast({ values, lower, upper }: Forecasts, series: NumericSeries): Forecast {
    const { horizon } = this.config;
    const D = this.config.columns.length;
    const rows = (flat: Float64Array): number[][] =>
      Array.from({ length: horizon }, (_, h) => [...flat.subarray(h * D, (h + 1) * D)]);
    const { axis } = series;
    const hasInterval = this.config.output !== "point";
    return {
      values: rows(values),
      lower: hasInterval ? rows(lower) : undefined,
      upper: hasInterval ? rows(upper) : undefined,
      times: axis && Array.from({ length: horizon }, (_, h) => axis.format(series.rows + h)),
    };
  }

  /**
   * A series that is read as it comes, row by row; its forecasts are bit for bit those of `predict` on all rows so far.
   *
   * @param begin `{ time }`, the time of the first row, where the calendar is read; or where an earlier session stood, as its
   * `toJSON` gave it.
   * @throws unsupported when the model is bidirectional; file-format when the JSON is of another model.
   */
  session(begin: { readonly time?: string | undefined } | ForecasterSessionJson = {}): ForecasterSession {
    if (this.config.bidirectional) {
      throw new RecurraError("unsupported", {
        where: "Forecaster.session",
        expected: "a model of one direction",
        got: "a bidirectional one, which must see the whole window first",
        hint: "Call predict with the rows so far.",
      });
    }
    return new ForecasterSession(this, begin);
  }

  /**
   * The last known steps from which a series is forecast in evaluation: a rolling origin.
   *
   * Every step counts that has `needed` steps before it and `horizon` after it. Of the file that the model was trained on (it
   * begins with the same numbers) only those whose whole horizon lies in the test part, behind what training saw.
   *
   * @throws data when there is none.
   */
  origins(series: NumericSeries): Int32Array {
    const { known } = this.scales;
    const D = this.config.columns.length;
    const isOwn = series.rows >= known.rows && seriesDigest(series.values.subarray(0, known.rows * D)) === known.digest;
    return this.originsBetween(isOwn ? known.rows : 0, series.rows);
  }

  /** The origins whose horizon lies from step `start` to before step `end`. */
  originsBetween(start: number, end: number): Int32Array {
    const first = Math.max(start, this.needed) - 1;
    const count = end - this.config.horizon - first;
    if (count > 0) return Int32Array.from({ length: count }, (_, i) => first + i);
    throw new RecurraError("data", {
      where: "evaluate",
      expected: `a horizon of ${this.config.horizon} rows after row ${first + 1}`,
      got: `${end} rows`,
      hint: start > 0 ? "The rows before are what the model was trained on." : "Give a longer series.",
    });
  }

  /**
   * The errors of forecasts from a rolling origin, over all steps of the horizon; see `origins`.
   *
   * @returns `mase`, `mae` and `rmse` (means over columns), `coverage` of the intervals, and `examples`, how many forecasts.
   */
  evaluate(series: NumericSeries): Metrics {
    this.requireLike(series, "evaluate");
    return this.evaluateFrom(series, this.origins(series));
  }

  /** As `evaluate`, from given origins. */
  evaluateFrom(series: NumericSeries, origins: Int32Array): Metrics {
    const { values, lower, upper } = forecastFrom(this.#parts, originsOf(series, origins));
    const hasInterval = this.config.output !== "point";
    const covered = hasInterval && { coverage: intervalCoverage(lower, upper, this.#actual(series, origins)) };
    return { ...this.errorsOf(values, series, origins), ...covered, examples: origins.length };
  }

  /** What came after each origin, [origins, horizon, D]. */
  #actual(series: NumericSeries, origins: Int32Array): Float64Array {
    const D = this.config.columns.length;
    const size = this.config.horizon * D;
    const actual = new Float64Array(origins.length * size);
    origins.forEach((origin, i) => {
      actual.set(series.values.subarray((origin + 1) * D, (origin + 1) * D + size), i * size);
    });
    return actual;
  }

  /** The errors of any forecasts [origins, horizon, D], scaled as this model's. */
  errorsOf(values: Float64Array, series: NumericSeries, origins: Int32Array): Metrics {
    const D = this.config.columns.length;
    const actual = this.#actual(series, origins);
    let [mae, rmse, mase] = [0, 0, 0];
    for (let j = 0; j < D; j++) {
      const column = (all: Float64Array): Float64Array => all.filter((_, i) => i % D === j);
      const [forecasts, right] = [column(values), column(actual)];
      const error = meanAbsoluteError(forecasts, right);
      mae += error / D;
      rmse += rootMeanSquareError(forecasts, right) / D;
      mase += error / this.scales.error[j]! / D;
    }
    return { mase, mae, rmse };
  }

  /** The forecast that continues a CSV file. */
  answer(input: string, bytes?: Uint8Array): JsonObject {
    const faults = new DataFaults();
    const text = decodeText(bytes ?? new Uint8Array(), input);
    const series = readNumericSeries(text, input, faults, seriesReading(this.config.reading));
    faults.finish();
    return this.toAnswer(this.predict(series));
  }

  /** A forecast as JSON: of a single column plain numbers. */
  toAnswer({ values, lower, upper, times }: Forecast): JsonObject {
    const flat = (rows: readonly (readonly number[])[]): number[] | number[][] =>
      this.config.columns.length === 1 ? rows.map((row) => row[0]!) : rows.map((row) => [...row]);
    return {
      output: flat(values),
      ...(lower === undefined || upper === undefined
        ? {}
        : { lower: flat(lower), upper: flat(upper), interval: this.config.interval }),
      ...(times === undefined ? {} : { times: [...times] }),
      columns: [...this.config.columns],
    };
  }

  /** A line a step: time, value, and the interval's ends. */
  show(answer: JsonObject): string {
    const { output, lower, upper, times } = answer as Readonly<Record<string, readonly (number | number[])[]>>;
    const text = (value: number | number[]): string =>
      (Array.isArray(value) ? value : [value]).map((x) => String(Number(x.toPrecision(6)))).join(" ");
    return output!
      .map((value, h) => {
        const time = times === undefined ? `+${h + 1}` : String(times[h]);
        return `${time}\t${text(value)}${lower === undefined ? "" : `\t${text(lower[h]!)}\t${text(upper![h]!)}`}`;
      })
      .join("\n");
  }

  /** Answers after each row of a CSV file that arrives. */
  stream(): ForecasterStream {
    return new ForecasterStream(this);
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    const { level, change, error, known } = this.scales;
    return filesOf(this, { level: level.toJSON(), change: change.toJSON(), error, known }, precision);
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a forecaster.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Forecaster> {
    const config = readForecasterConfig(savedArchitecture(files, "forecaster", where));
    const scales = readForecasterScales(files.encoder, config.columns.length, `${where}/encoder.json`);
    const cell = await loadedCell(config.cell, where);
    const network = forecasterNetwork(config, framesOf(config, scales), { engine, cell, seed: "none", dropout: 0 });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Forecaster(config, scales, network);
  }
}

function framesOf(config: ForecasterConfig, { level, change }: ForecasterScales): ForecasterFrames {
  return new ForecasterFrames({ ...config, columns: config.columns.length }, level, change);
}

/** The network that a configuration describes. */
export function forecasterNetwork(
  config: Omit<ForecasterConfig, "cell">,
  frames: ForecasterFrames,
  made: Pick<ConstructorParameters<typeof ForecasterNetwork>[0], "engine" | "cell" | "seed" | "dropout">,
): ForecasterNetwork {
  const { numbers } = forecastDistribution(config.output, config.interval);
  const { width, calendar } = frames;
  const outputSize = numbers * config.columns.length;
  return new ForecasterNetwork({ ...config, ...made, width, tables: calendar.tables, outputSize });
}
