import { loadTraining } from "../checkpoint/training-directory.ts";
import { RecurraError } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import { requireScorable } from "../tasks/require-scorable.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { formatCount } from "./number-format.ts";
import { openModel, taskOf } from "./open-model.ts";
import { leftOut, type ReadingListener, readData } from "./read-data.ts";
import { readingProgress } from "./reading-progress.ts";
import { baselineFields, confusionTable, scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { ownFlags, readingRows } from "./task-flags.ts";

export interface EvalFlags {
  readonly data: string;
  readonly json?: boolean;
  readonly skipBad?: boolean;
}

/** The data that a model was trained on, where it still lies unchanged at its place: the baselines are counted on it. */
async function trainingDataOf(task: Task, directory: string, onRead: ReadingListener): Promise<unknown> {
  try {
    const { data, options } = await loadTraining(directory);
    const again = await readData(task, data.path, options as OptionValues, true, onRead);
    return again.source.sha256 === data.sha256 ? again.data : undefined;
  } catch (error) {
    if (error instanceof RecurraError && error.code !== "internal") return undefined;
    throw error;
  }
}

/** Scores a model on data it was not trained on, beside what counting alone reaches. */
export async function evaluate(
  shell: Shell,
  directory: string,
  flags: EvalFlags,
  reading: OptionValues,
): Promise<number> {
  const model = await openModel(shell, directory);
  const task = taskOf(shell, model.task)!;
  const own = ownFlags("eval", shell.tasks, task, readingRows, reading);
  const onRead = readingProgress(shell);
  const read = await readData(task, flags.data, { ...model.reading, ...own }, flags.skipBad, onRead);
  const faults = new DataFaults({ skip: flags.skipBad ?? false });
  const data = requireScorable(model, read.data, faults);
  const skipped = read.skipped + faults.count;
  if (skipped > 0 && Array.isArray(data) && data.length === 0) {
    const got = `none: ${leftOut(skipped).toLowerCase().replace(".", "")}`;
    throw new RecurraError("data", { where: flags.data, expected: "at least one record that is not at fault", got });
  }
  const metrics = await namedText(flags.data, () => model.evaluate(data));
  const train = await trainingDataOf(task, directory, onRead);
  const baselines = await namedText(flags.data, () => task.baselines(model, data, train));
  const confusions = model.confusions?.(data);
  const { tokens, examples, ...scores } = metrics;
  const count = tokens ?? examples;
  if (flags.json === true) {
    const result = {
      event: "eval",
      task: model.task,
      examples: count,
      metrics: scores,
      ...baselineFields(scores, baselines),
      ...(confusions === undefined ? {} : { confusions }),
      skipped,
    };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  const lines = scoreTable("evaluation", scores, baselines);
  if (confusions !== undefined) lines.push("", ...confusionTable(confusions));
  if (count !== undefined) {
    lines.push("", `${formatCount(count)} ${tokens === undefined ? "examples" : "tokens"} of ${flags.data}.`);
  }
  if (train === undefined) lines.push("What it was trained on is not at hand: baselines counted on that are left out.");
  if (skipped > 0) lines.push(leftOut(skipped));
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
