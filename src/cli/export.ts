import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkOutput, saveModel } from "../checkpoint/model-directory.ts";
import { WEIGHTS } from "../checkpoint/model-format.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { Metrics, OptionRow, OptionValues, Precision, Task, TaskModel } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { metricWord, scoreNames } from "./metric-words.ts";
import { namedText } from "./named-text.ts";
import { formatCount, formatScore } from "./number-format.ts";
import { openModel, taskOf } from "./open-model.ts";
import { readData } from "./read-data.ts";
import { alignColumns } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { ownFlags, readingRows } from "./task-flags.ts";

/** The options of `export`. */
export const exportOptions: readonly OptionRow[] = [
  {
    name: "float16",
    flag: "float16",
    kind: "boolean",
    fallback: false,
    help: "half the bytes on the disk; the numbers are widened when the model is loaded",
  },
  {
    name: "int8",
    flag: "int8",
    kind: "boolean",
    fallback: false,
    excludes: ["float16"],
    help: "a quarter of the bytes on the disk and in memory: the weights' matrices in 8 bits, a scale for each unit",
  },
  { name: "out", flag: "out", kind: "string", help: "the folder to write (default DIR-float16, DIR-int8)" },
  { name: "force", flag: "force", kind: "boolean", fallback: false, help: "replace a model that is already there" },
];

export interface ExportFlags {
  /** What the loss of quality is measured on. */
  readonly data?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly skipBad?: boolean;
}

/** The one precision that was asked for. */
function precisionOf(options: OptionValues): Precision {
  const given = (["float16", "int8"] as const).find((precision) => options[precision] === true);
  if (given !== undefined) return given;
  const hint = "See recurra export --help.";
  throw new RecurraError("option", { where: "export", expected: "--float16 or --int8", got: "none", hint });
}

/** The folder to write, which must be another than the model's: there the run that it can be resumed from would be lost. */
function folderOf(directory: string, out: unknown, precision: Precision): string {
  const folder = out === undefined ? `${directory.replace(/[/\\]+$/, "")}-${precision}` : String(out);
  if (resolve(folder) !== resolve(directory)) return folder;
  throw new RecurraError("option", {
    where: "export, --out",
    expected: "another folder than the model's",
    got: shown(folder),
  });
}

/** A change with its sign and two digits that count: +0.0012. */
function formatChange(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return `${value > 0 ? "+" : "-"}${Number(Math.abs(value).toPrecision(2))}`;
}

/** The scores of both models and the change, a line each. */
function changeTable(before: Metrics, after: Metrics, change: Metrics, precision: Precision): string[] {
  const names = scoreNames(before);
  return alignColumns([
    ["", ...names.map(metricWord)],
    ["as it was", ...names.map((name) => formatScore(before[name]!))],
    [precision, ...names.map((name) => formatScore(after[name]!))],
    ["change", ...names.map((name) => formatChange(change[name]!))],
  ]);
}

interface Quality {
  readonly before: Metrics;
  readonly after: Metrics;
  readonly change: Metrics;
  readonly skipped: number;
}

/** Scores both models on the same data. */
async function measure(
  task: Task,
  [model, small]: readonly [TaskModel, TaskModel],
  path: string,
  reading: OptionValues,
  skipBad: boolean | undefined,
): Promise<Quality> {
  const { data, skipped } = await readData(task, path, { ...model.reading, ...reading }, skipBad);
  const scores = (each: TaskModel): Promise<Metrics> => namedText(path, () => each.evaluate(data));
  const before = await scores(model);
  const after = await scores(small);
  const changes = scoreNames(before).map((name): [string, number] => [name, after[name]! - before[name]!]);
  return { before, after, change: Object.fromEntries(changes), skipped };
}

/** Writes a smaller copy of a model, and says what that costs in quality on the data given. */
export async function exportModel(
  shell: Shell,
  directory: string,
  flags: ExportFlags,
  options: OptionValues,
  reading: OptionValues,
): Promise<number> {
  const precision = precisionOf(options);
  const out = folderOf(directory, options.out, precision);
  const force = options.force === true;
  const model = await openModel(shell, directory);
  await checkOutput(out, { force });
  const files = model.toFiles(precision);
  const task = taskOf(shell, model.task)!;
  const own = ownFlags("export", shell.tasks, task, readingRows, reading);
  const small = await task.load(files, out);
  const quality =
    flags.data === undefined ? undefined : await measure(task, [model, small], flags.data, own, flags.skipBad);
  const { weightsSha256 } = await saveModel(out, files, { force });
  const bytesOf = async (folder: string): Promise<number> => (await stat(join(folder, WEIGHTS))).size;
  const [bytesBefore, bytes] = [await bytesOf(directory), await bytesOf(out)];
  if (flags.json === true) {
    const result = { event: "export", task: model.task, precision, bytesBefore, bytes, ...quality, out, weightsSha256 };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  if (flags.quiet === true) return EXIT.done;
  const lines: string[] = [];
  if (quality !== undefined) lines.push(...changeTable(quality.before, quality.after, quality.change, precision), "");
  const share = ((100 * bytes) / bytesBefore).toFixed(1);
  lines.push(`Weights of ${formatCount(bytes)} bytes, ${share} % of ${formatCount(bytesBefore)}, in ${out}.`);
  if (quality === undefined)
    lines.push("With --data PATH --force it is written again, with what that costs in quality.");
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
