import { describe, expect, it } from "vitest";
import { gradCheck } from "../autograd/grad-check.ts";
import { DataFaults } from "../data/data-faults.ts";
import { sourceOfFiles } from "../data/source-of-files.ts";
import { type NumericSeries, numericSeries } from "../data/sources/numeric-series.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { TrainingState } from "../training/index.ts";
import { forecastFrom } from "./forecast-from.ts";
import { Forecaster } from "./forecaster.ts";
import { originsOf } from "./forecaster-frames.ts";
import type { ForecasterOptions } from "./forecaster-options.ts";
import { forecasterTask } from "./forecaster-task.ts";
import { trainForecaster } from "./train-forecaster.ts";
import { parametersOf } from "./weight-files.ts";

/** Daily numbers with a week, a slow wave and a little unrest that no seed changes. */
function weekly(rows: number): NumericSeries {
  const week = [3, 4, 5, 4, 3, -4, -6];
  const values = Array.from({ length: rows }, (_, i) => {
    const unrest = ((i * 7919) % 101) / 101 - 0.5;
    return 100 + 10 * week[i % 7]! + (20 * ((i % 60) - 30)) / 60 + 4 * unrest;
  });
  return numericSeries({ sold: values, bought: values.map((x, i) => 2 * x + (i % 5)) }, { start: "2000-01-03" });
}

const series = weekly(420);
const one: NumericSeries = numericSeries(
  { sold: series.values.filter((_, i) => i % 2 === 0) },
  { start: "2000-01-03" },
);
const SMALL: ForecasterOptions = {
  window: 9,
  horizon: 5,
  season: 7,
  hiddenSize: 8,
  calendar: "none",
  batchSize: 16,
  steps: 12,
};

async function trained(options: ForecasterOptions, data: NumericSeries = series): Promise<Forecaster> {
  return await trainForecaster(data, { ...SMALL, ...options }).model;
}

/** The first rows of a series. */
function head({ columns, values, axis }: NumericSeries, rows: number): NumericSeries {
  return { columns, rows, values: values.slice(0, rows * columns.length), axis };
}

const KINDS: readonly (readonly [string, ForecasterOptions])[] = [
  ["quantiles of all steps at once", { calendar: "weekday,month-day", lags: "7,14" }],
  ["Gaussian, differences of a week", { output: "gaussian", difference: 7 }],
  ["differences shorter than the horizon", { difference: 2, output: "point", scaling: "min-max" }],
  ["bidirectional, two layers", { bidirectional: true, layers: 2, calendar: "weekday,year-day" }],
  ["Gaussian, fed back", { feedback: true, output: "gaussian", calendar: "month-weekday", lags: "2" }],
  ["a point fed back, differences", { feedback: true, output: "point", difference: 3, cell: "gru" }],
  ["one to one, window 1 and horizon 1", { window: 1, horizon: 1 }],
  ["one to one, fed back", { window: 1, horizon: 1, feedback: true, output: "gaussian" }],
];

describe.each(KINDS)("forecaster, %s", (_, options) => {
  it("forecasts alone, in a batch of any size and from a longer series are the same bytes", async () => {
    const model = await trained(options);
    const origins = Int32Array.from({ length: 70 }, (_unused, i) => 300 + i);
    const { network, frames, distribution } = model;
    const parts = { network, frames, distribution, interval: model.config.interval };
    const together = forecastFrom(parts, originsOf(series, origins));
    const size = model.config.horizon * 2;
    for (const i of [0, 31, 69]) {
      const alone = model.predict(head(series, origins[i]! + 1));
      expect(alone.values.flat()).toEqual([...together.values.subarray(i * size, (i + 1) * size)]);
      if (alone.lower !== undefined) {
        expect(alone.lower.flat()).toEqual([...together.lower.subarray(i * size, (i + 1) * size)]);
      }
      // only the last rows are read: what stands before does not matter
      const later = origins[i]! + 1 - model.needed;
      const tail = series.values.slice(later * 2, (origins[i]! + 1) * 2);
      const short = { columns: series.columns, rows: model.needed, values: tail, axis: series.axis!.from(later) };
      expect(model.predictMany([short, series])[0]).toEqual(alone);
    }
  });

  it("saved, loaded and resumed it is the same to the byte", async () => {
    const whole = await trained({ ...options, evaluateEvery: 4 });
    let state: TrainingState | undefined;
    const save = async (at: TrainingState): Promise<void> => {
      state = at;
    };
    const first = { ...SMALL, ...options, evaluateEvery: 4, steps: 5, scheduleSteps: 12 };
    await trainForecaster(series, first, { save }).model;
    const resumed = await trainForecaster(series, { ...SMALL, ...options, evaluateEvery: 4 }, { resume: state }).model;
    const weights = (model: Forecaster): unknown =>
      [...model.toFiles().weights].map(([name, { data }]) => [name, data]);
    expect(weights(resumed)).toEqual(weights(whole));

    const { config, encoder, weights: tensors } = whole.toFiles();
    const files = { config: JSON.parse(JSON.stringify(config)), encoder: JSON.parse(JSON.stringify(encoder)) };
    const loaded = await Forecaster.fromFiles({ ...files, weights: tensors }, "models/sales");
    expect(loaded.predict(series)).toEqual(whole.predict(series));
    expect(loaded.evaluate(series)).toEqual(whole.evaluate(series));
  });
});

describe("forecaster", () => {
  it("streamed row by row it says what it says of the whole, to the bit; forks and JSON go on alike", async () => {
    const model = await trained({ calendar: "weekday", difference: 7 });
    const session = model.session({ time: "2000-01-03" });
    for (let i = 0; i < 40; i++) {
      const forecast = session.step([...series.values.subarray(2 * i, 2 * i + 2)]);
      if (i + 1 < model.needed) expect(forecast).toBeUndefined();
      else expect(forecast).toEqual(model.predict(head(series, i + 1)));
    }
    const fork = session.fork();
    const later = model.session(JSON.parse(JSON.stringify(session)));
    expect(fork.step([7, 9])).not.toEqual(session.forecast());
    expect(later.step([7, 9])).toEqual(fork.forecast());
    expect(session.forecast()).toEqual(model.predict(head(series, 40)));
  });

  it("keeps no more of a long series than a forecast reads, and forecasts many series at once as each alone", async () => {
    const model = await trained({ lags: "14", feedback: true, output: "gaussian" }, one);
    const session = model.session();
    for (let i = 0; i < 300; i++) session.read(one.values[i]!);
    expect(session.toJSON()).toEqual({
      rows: [...one.values.subarray(300 - model.needed, 300)].map((x) => [x]),
      axis: null,
    });
    const many = Array.from({ length: 70 }, (_, i) => head(one, 100 + 3 * i));
    const together = model.predictMany(many);
    for (const i of [0, 1, 68, 69]) expect(together[i]).toEqual(model.predict(many[i]!));
    expect(() => model.predictMany([one, head(one, 3)])).toThrow("predictMany, series 2: expected 22 rows or more");
  });

  it("takes no columns in another order than in training", async () => {
    const model = await trained({ steps: 1 });
    const swapped = { ...series, columns: ["bought", "sold"] };
    expect(() => model.predict(swapped)).toThrow('expected 2 columns: "sold, bought", got 2: "bought, sold"');
    expect(() => trainForecaster(series, SMALL, { valid: one })).toThrow("validation data: expected 2 columns");
  });

  it("answers a CSV file that arrives in pieces as it does the whole", async () => {
    const model = await trained({ calendar: "weekday" }, one);
    const rows = Array.from(one.values, (value, i) => `${one.axis!.format(i)},${value}\n`);
    const text = `day,sold\n${rows.join("")}`;
    const whole = model.answer("sales.csv", new TextEncoder().encode(text));
    const stream = model.stream();
    const answers = [`day,sold\n${rows.slice(0, 5).join("")}`, rows[5]!.slice(0, 4), rows[5]!.slice(4)].map((piece) =>
      stream.push(piece),
    );
    expect(answers).toEqual([undefined, undefined, undefined]);
    stream.push(new TextEncoder().encode(rows.slice(6, -1).join("")));
    expect(stream.push(rows.at(-1)!)).toEqual(whole);
    expect(whole.times).toEqual(["2001-02-26", "2001-02-27", "2001-02-28", "2001-03-01", "2001-03-02"]);
    expect(() => stream.push("2001-02-27,4\n")).toThrow(
      'stream, line 422: expected the time "2001-02-26", got "2001-02-27"',
    );
    expect(() => model.stream().push("day,sold\n2001-02-27,x\n")).toThrow(
      'stream, line 2, column "sold": expected a number, got "x"',
    );
  });

  it("has the gradients of central differences in float64, tables of the calendar included", async () => {
    const model = await trained({
      calendar: "weekday,month-day",
      bidirectional: true,
      embeddingSize: 2,
      hiddenSize: 4,
    });
    const { network, frames, distribution } = model;
    const origins = originsOf(series, [100, 101, 205]);
    const reports = gradCheck(parametersOf(network.parts), (engine) => {
      const answers = network.run(frames.rows(origins, 0, frames.steps), 3, frames.steps, 5);
      return distribution.loss(answers, Tensor.from(engine, 15, 2, frames.targets(origins)));
    });
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("refuses a session of a bidirectional model and says why", async () => {
    const model = await trained({ bidirectional: true });
    const says = "expected a model of one direction, got a bidirectional one, which must see the whole window first";
    expect(() => model.session()).toThrow(says);
    expect(() => model.stream()).toThrow(says);
  });

  it("learns a week: below half the error of the last value, with intervals that hold about what they promise", async () => {
    const run = trainForecaster(one, { ...SMALL, hiddenSize: 16, learningRate: 0.01, steps: 300, season: 1 });
    const model = await run.model;
    const { valid, baselines } = await run.summary;
    expect(baselines.map(({ name }) => name)).toEqual(["persistence"]);
    expect(valid.mase).toBeLessThan(0.5 * baselines[0]!.metrics.mase!);
    const { coverage, examples } = model.evaluate(one);
    expect(coverage).toBeGreaterThan(0.5);
    expect(examples).toBe(42 - 5 + 1);
  });

  it("a forecast of window 1 and horizon 1 runs the network for one step, Tx = Ty = 1", async () => {
    const model = await trained({ window: 1, horizon: 1 }, one);
    expect([model.frames.steps, model.needed]).toEqual([1, 1]);
    expect(model.predict(head(one, 1)).values.length).toBe(1);
  });

  it("training sees nothing of the test part: other numbers there give the same weights and scales", async () => {
    const other = { ...one, values: one.values.map((x, i) => (i < 420 - 42 ? x : -x)) };
    const [a, b] = [await trained({}, one), await trained({}, other)];
    expect(b.toFiles()).toEqual(a.toFiles());
    expect(b.evaluate(other).mae).not.toBe(a.evaluate(one).mae);
  });

  it("rolls the origin over every step of the test part, or over all of another file", async () => {
    const model = await trained({}, one);
    const origins = [...model.origins(one)];
    expect([origins[0], origins.at(-1), origins.length]).toEqual([377, 414, 38]);
    const foreign = numericSeries({ sold: one.values.slice(1) });
    expect(model.origins(foreign)[0]).toBe(model.needed - 1);
    expect(() => model.evaluate(head(one, 380))).toThrow("expected a horizon of 5 rows after row 378, got 380 rows");
  });

  it("the baselines are persistence, the season and the year, by their own errors from the same origins", async () => {
    const long = numericSeries(
      { x: Array.from({ length: 800 }, (_, i) => (i % 7) + (i % 3)) },
      { start: "2000-01-01" },
    );
    const model = await trained({ steps: 1 }, long);
    const baselines = forecasterTask.baselines(model, long, undefined);
    expect(baselines.map(({ name }) => name)).toEqual([
      "persistence",
      "seasonal naive, 7 steps",
      "same day last year, 364 steps",
    ]);
    // 364 = 52 · 7 repeats the week and shifts i % 3 by one: the error of each step is 1 or 2, 4/3 in the mean
    expect(baselines[2]!.metrics.mae).toBeCloseTo(4 / 3, 1);
  });

  it("names what is wrong with options and data", async () => {
    const start = (options: ForecasterOptions, data = one): unknown => trainForecaster(data, { ...SMALL, ...options });
    expect(() => start({ lags: "3" })).toThrow('option lags: expected whole numbers from 5, the horizon, got "3"');
    expect(() => start({ feedback: true, output: "gaussian", bidirectional: true })).toThrow(
      "expected feedback or bidirectional",
    );
    expect(() => start({ feedback: true })).toThrow("expected feedback or quantiles");
    expect(() => start({ calendar: "month-day", embeddingSize: 0 })).toThrow("expected an embedding for the days");
    expect(() => start({ calendar: "wekday" })).toThrow('got "wekday"');
    expect(() => start({ window: 400 })).toThrow("expected 405 rows or more to train on");
    const timeless = numericSeries({ x: [...one.values] });
    expect(() => start({ calendar: "weekday" }, timeless)).toThrow(
      "expected dates, for the calendar, got a series without times",
    );
    const model = await trained({}, one);
    expect(() => model.predict(series)).toThrow('expected 1 columns: "sold", got 2: "sold, bought"');
    expect(() => model.predict(head(one, 3))).toThrow("expected 9 rows or more: a window of 9, got 3");
    expect(() => model.session({ time: "2000" })).toThrow("expected a time in days, as in training");
    expect(() => model.session().step(Number.NaN)).toThrow("expected 1 finite number, got NaN");
  });

  it("takes from dates what they tell apart, unless told", async () => {
    const calendarOf = async (
      start: string | undefined,
      options: ForecasterOptions = {},
    ): Promise<readonly string[]> => {
      const data = numericSeries({ x: [...one.values] }, start === undefined ? undefined : { start });
      return (await trained({ calendar: "auto", steps: 1, ...options }, data)).config.calendar;
    };
    expect(await calendarOf("2000-01-01")).toEqual(["weekday", "year-day"]);
    expect(await calendarOf("2000-01")).toEqual(["month"]);
    expect(await calendarOf("2000-01-01T00:00")).toEqual(["day-time", "weekday"]);
    expect(await calendarOf("1749")).toEqual([]);
    expect(await calendarOf(undefined)).toEqual([]);
    expect(await calendarOf("2000-01-01", { calendar: "month, month-day" })).toEqual(["month", "month-day"]);
  });

  it("reads the columns asked for, and refuses a model directory with a field that is wrong", async () => {
    const faults = new DataFaults();
    const source = sourceOfFiles("a.csv", { "a.csv": "day,a,b\n2000-01-01,1,2\n2000-01-02,3,4\n" });
    const read = await forecasterTask.read(source, { column: "b" }, faults);
    expect([read.columns, [...read.values]]).toEqual([["b"], [2, 4]]);

    const files = (await trained({}, one)).toFiles();
    const architecture = { ...(files.config.architecture as object), horizon: 0 };
    await expect(Forecaster.fromFiles({ ...files, config: { ...files.config, architecture } }, "m")).rejects.toThrow(
      "m/config.json, horizon: expected an integer from 1 to 1000000, got 0",
    );
    await expect(Forecaster.fromFiles({ ...files, encoder: {} }, "m")).rejects.toThrow(
      "m/encoder.json: expected an error scale",
    );
  });
});
