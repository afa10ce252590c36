import { lossOf } from "../metrics/metric-table.ts";
import type { Baseline, Confusions, Metrics } from "../tasks/task.ts";
import { metricWord, scoreNames } from "./metric-words.ts";
import { formatCount, formatScore } from "./number-format.ts";

/** Columns set apart by two spaces, the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widthOf(i)) : cell.padStart(widthOf(i))))
      .join("  ")
      .trimEnd(),
  );
}

/** The baselines that a model does not beat; the first score decides, by the direction that the table of metrics says. */
function unbeatenBy(model: Metrics, baselines: readonly Baseline[]): readonly Baseline[] {
  const [main] = scoreNames(model);
  if (main === undefined) return [];
  const loss = (value: number | undefined): number =>
    value === undefined ? Number.POSITIVE_INFINITY : lossOf(main, value);
  return baselines.filter(({ metrics }) => !(loss(model[main]) < loss(metrics[main])));
}

/** The fields of a JSON report that hold a model against its baselines: the most naive, all, and the names of those that it does not beat. */
export function baselineFields(model: Metrics, baselines: readonly Baseline[]): object {
  const all = baselines.map(({ name, metrics }) => ({ name, ...metrics }));
  const [baseline] = all;
  return {
    ...(baseline === undefined ? {} : { baseline }),
    baselines: all,
    unbeaten: unbeatenBy(model, baselines).map(({ name }) => name),
  };
}

/**
 * The model's scores beside those of its baselines, one line each, and in plain words which of them it does not beat.
 *
 * @param what heads the first column: "validation".
 */
export function scoreTable(what: string, model: Metrics, baselines: readonly Baseline[]): string[] {
  const names = scoreNames(model);
  const main = names[0];
  if (main === undefined) return [];
  const cells = (metrics: Metrics) =>
    names.map((name) => (metrics[name] === undefined ? "-" : formatScore(metrics[name])));
  const lines = alignColumns([
    [what, ...names.map(metricWord)],
    ["  this model", ...cells(model)],
    ...baselines.map(({ name, metrics }) => [`  ${name}`, ...cells(metrics)]),
  ]);
  const unbeaten = unbeatenBy(model, baselines);
  const word = metricWord(main);
  for (const { name, metrics } of unbeaten) {
    lines.push(
      `The model does not beat the ${name}: ${formatScore(model[main]!)} against ${formatScore(metrics[main]!)} ${word}.`,
    );
  }
  // where the best baseline is as good to the last digit, both are often without a mistake
  const isBehind = unbeaten.some(({ metrics }) => metrics[main] !== model[main]);
  if (isBehind && what === "validation") lines.push("Training longer, or on more data, usually helps.");
  return lines;
}

/** A line for each right label, a column for each answer. */
export function confusionTable({ labels, counts }: Confusions): string[] {
  return alignColumns([
    ["taken for", ...labels],
    ...labels.map((label, y) => [`  ${label}`, ...counts[y]!.map((count) => formatCount(count))]),
  ]);
}
