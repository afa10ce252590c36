import { loadTraining } from "../checkpoint/training-directory.ts";
import { RecurraError } from "../core/errors.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { formatCount } from "./number-format.ts";
import { openModel, taskOf } from "./open-model.ts";
import { readData } from "./read-data.ts";
import { confusionTable, scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";

export interface EvalFlags {
  readonly data: string;
  readonly json?: boolean;
  readonly skipBad?: boolean;
}

/** The data that a model was trained on, where it still lies unchanged at its place: the baselines are counted on it. */
async function trainingDataOf(task: Task, directory: string): Promise<unknown> {
  try {
    const { data, options } = await loadTraining(directory);
    const again = await readData(task, data.path, options as OptionValues, true);
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
  const { data, skipped } = await readData(task, flags.data, { ...model.reading, ...reading }, flags.skipBad);
  const metrics = await namedText(flags.data, () => model.evaluate(data));
  const train = await trainingDataOf(task, directory);
  const baselines = await namedText(flags.data, () => task.baselines(model, data, train));
  const confusions = model.confusions?.(data);
  const { tokens, examples, ...scores } = metrics;
  const count = tokens ?? examples;
  if (flags.json === true) {
    const [baseline] = baselines;
    const result = {
      event: "eval",
      task: model.task,
      examples: count,
      metrics: scores,
      ...(baseline === undefined ? {} : { baseline: { name: baseline.name, ...baseline.metrics } }),
      baselines: baselines.map(({ name, metrics: reached }) => ({ name, ...reached })),
      ...(confusions === undefined ? {} : { confusions }),
      skipped,
    };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  const lines = scoreTable("evaluation", scores, baselines);
  if (confusions !== undefined) lines.push("", ...confusionTable(confusions));
  if (count !== undefined) {
    const left = skipped === 0 ? "" : `, ${formatCount(skipped)} bad records left out`;
    lines.push("", `${formatCount(count)} ${tokens === undefined ? "examples" : "tokens"} of ${flags.data}${left}.`);
  }
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
