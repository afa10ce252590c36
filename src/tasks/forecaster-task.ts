/** The row of forecaster in the list of tasks. */
import { RecurraError } from "../core/errors.ts";
import { decodeText } from "../data/sources/decode-text.ts";
import { type NumericSeries, readNumericSeries } from "../data/sources/numeric-series.ts";
import { Forecaster } from "./forecaster.ts";
import { forecasterBaselines } from "./forecaster-baselines.ts";
import { type ForecasterOptions, forecasterOptions, seriesReading } from "./forecaster-options.ts";
import type { Task } from "./task.ts";
import { trainForecaster } from "./train-forecaster.ts";

export const forecasterTask: Task<NumericSeries> = {
  name: "forecaster",
  summary: "Learns to continue a time series of one or several columns of numbers.",
  dataHelp: "a CSV file of numbers, a row for each step of time, oldest first",
  options: forecasterOptions,
  async read(source, options, faults) {
    if (source.isFolder) {
      throw new RecurraError("data", { where: source.path, expected: "a CSV file", got: "a folder" });
    }
    const [name] = source.files;
    const where = source.pathOf(name!);
    return readNumericSeries(
      decodeText(await source.read(name!), where),
      where,
      faults,
      seriesReading(options as ForecasterOptions),
    );
  },
  train: trainForecaster,
  load: Forecaster.fromFiles,
  baselines(model, test) {
    const forecaster = model as Forecaster;
    return forecasterBaselines(forecaster, test, forecaster.origins(test));
  },
};
