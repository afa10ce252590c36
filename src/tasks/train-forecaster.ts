/** The task forecaster: time series -> windows -> deep recurrent network -> the steps to come. */
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { requireOption } from "../core/require-option.ts";
import { Scaler } from "../data/encoders/scaler.ts";
import { OriginBatches } from "../data/origin-batches.ts";
import type { NumericSeries } from "../data/sources/numeric-series.ts";
import { seasonalError } from "../metrics/seasonal-error.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Forecaster, forecasterNetwork } from "./forecaster.ts";
import { forecasterBaselines } from "./forecaster-baselines.ts";
import type { ForecasterConfig } from "./forecaster-config.ts";
import { ForecasterFrames, originsOf } from "./forecaster-frames.ts";
import {
  calendarOf,
  checkTogether,
  type ForecasterOptions,
  forecasterOptions,
  lagsOf,
  type ResolvedForecaster,
} from "./forecaster-options.ts";
import { type ForecasterScales, seriesDigest } from "./forecaster-scales.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { TrainingControl, TrainingRun } from "./task.ts";
import { recurrentLayersOf } from "./weight-files.ts";

/**
 * Trains a forecaster on a time series.
 *
 * The series is split in time, never shuffled: a training part, then a part to validate on, then a test part that training
 * never sees. Scales come from the training part alone and are stored in the model. Each update reads the windows before some
 * origins and is held against the `horizon` steps after them.
 *
 * @param series as `readNumericSeries` gives it, or `numericSeries` makes it.
 * @param options see `forecasterOptions`; the same options, seed and series give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when the series is too short, or has no dates that the calendar needs; option for a value out of range.
 * @example
 * ```ts
 * const run = trainForecaster(series, { window: 28, horizon: 14, season: 7, calendar: "weekday", epochs: 10 });
 * const model = await run.model;
 * const { values, lower, upper } = model.predict(series);
 * ```
 */
export function trainForecaster(
  series: NumericSeries,
  options: ForecasterOptions = {},
  control: TrainingControl<NumericSeries> = {},
): TrainingRun<Forecaster> {
  requireOption("trainForecaster", series, "rows" in Object(series), "what numericSeries gives");
  // options
  const o = resolveOptions(forecasterOptions, options, "trainForecaster") as unknown as ResolvedForecaster;
  checkTogether(o);
  const { window, horizon, feedback, output, interval, season, difference, embeddingSize, seed } = o;
  const { hiddenSize, layers, bidirectional, dropout } = o;
  const [lags, calendar] = [lagsOf(o), calendarOf(o, series.axis)];

  // data
  const split = splitInTime(series, o, control.valid !== undefined);
  const D = series.columns.length;
  const training = series.values.subarray(0, split.trainEnd * D);
  const scales: ForecasterScales = {
    level: Scaler.fit(training, D, o.scaling),
    change: Scaler.fit(changes(training, D, difference), D, o.scaling),
    error: series.columns.map((_, j) =>
      seasonalError(
        training.filter((_value, i) => i % D === j),
        season,
      ),
    ),
    known: { rows: split.validEnd, digest: seriesDigest(series.values.subarray(0, split.validEnd * D)) },
  };

  // model
  const frameOptions = { columns: D, window, horizon, feedback, difference, lags, calendar };
  const frames = new ForecasterFrames(frameOptions, scales.level, scales.change);
  frames.requireDates(series, "trainForecaster");
  const { axis } = series;
  const settings: Omit<ForecasterConfig, "cell"> = {
    ...frameOptions,
    columns: series.columns,
    reading: { column: o.column ?? null, timeColumn: o.timeColumn ?? null },
    time: axis === undefined ? null : { unit: axis.unit, step: axis.step },
    output,
    interval,
    season,
    embeddingSize,
    hiddenSize,
    layers,
    bidirectional,
  };
  const network = forecasterNetwork(settings, frames, makingOf(o));
  const saved = savedCell(o.cell, recurrentLayersOf(network.recurrent), hiddenSize);
  const model = new Forecaster({ ...settings, cell: saved }, scales, network);

  // training
  const first = frames.needed - 1;
  const last = split.trainEnd - 1 - (feedback ? 1 : horizon);
  requireLength(last - first + 1, split.trainEnd, frames.needed + horizon);
  const batches = new OriginBatches(first, last, { batchSize: o.batchSize, seed });
  const random = new Random(seed, "dropout");
  const valid = control.valid ?? series;
  model.requireLike(valid, "validation data");
  const validOrigins =
    control.valid === undefined
      ? model.originsBetween(split.trainEnd, split.validEnd)
      : model.originsBetween(0, valid.rows);
  return runTraining({
    options: o,
    control,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const origins = originsOf(series, batches.batch(step));
      const [B, steps] = [origins.length, frames.steps];
      const answered = feedback ? steps : horizon;
      const draw = dropout === 0 ? undefined : { random, step, layer: 0 };
      const answers = network.run(frames.rows(origins, 0, steps), B, steps, answered, draw);
      const targets = Tensor.from(network.engine, answered * B, D, frames.targets(origins));
      return { loss: model.distribution.loss(answers, targets), tokens: answered * B };
    },
    evaluate: () => model.evaluateFrom(valid, validOrigins),
    monitor: "mase",
    baselines: () => forecasterBaselines(model, valid, validOrigins),
  });
}

/** Where the parts of a series end, in rows: training, then validation, then test. */
interface SplitInTime {
  readonly trainEnd: number;
  readonly validEnd: number;
}

/** @param hasValid whether validation data is given, so that none is kept back. */
function splitInTime({ rows }: NumericSeries, o: ResolvedForecaster, hasValid: boolean): SplitInTime {
  const test = o.testRows ?? Math.round(rows * (o.testFraction ?? 0));
  const validEnd = Math.max(0, rows - test);
  const valid = hasValid ? 0 : Math.max(o.horizon, Math.round(rows * o.validFraction));
  return { trainEnd: Math.max(0, validEnd - valid), validEnd };
}

function requireLength(origins: number, rows: number, needed: number): void {
  if (origins > 0) return;
  throw new RecurraError("data", {
    where: "trainForecaster",
    expected: `${needed} rows or more to train on: what a forecast reads, and a horizon`,
    got: `${rows}, without the validation and test parts`,
    hint: "Give a longer series, a smaller window, shorter lags, or smaller parts.",
  });
}

/** y⟨t⟩ - y⟨t-M⟩ of every step that has one before; the values themselves for a difference of 0. */
function changes(values: Float64Array, columns: number, difference: number): Float64Array {
  const back = difference * columns;
  return back === 0 ? values : values.subarray(back).map((value, i) => value - values[i]!);
}
