import { join } from "node:path";
import { loadModelFiles } from "../checkpoint/load-model-files.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { PredictingModel, SamplingModel, ScoringModel, Task, TaskModel } from "../tasks/task.ts";
import type { Shell } from "./shell.ts";

/** The row of a task, or undefined where there is none of that name. */
export function taskOf(shell: Shell, name: unknown): Task | undefined {
  return shell.tasks.find((each) => each.name === name);
}

/**
 * Reads the model of a directory, of whatever task it is.
 *
 * @throws data or file-format when the directory or a file of it is at fault.
 */
export async function openModel(shell: Shell, directory: string): Promise<TaskModel> {
  const files = await loadModelFiles(directory);
  const name = files.config.task;
  const task = taskOf(shell, name);
  if (task !== undefined) return await task.load(files, directory);
  throw new RecurraError("file-format", {
    where: join(directory, "config.json"),
    expected: `"task" as one of ${shell.tasks.map((each) => each.name).join(", ")}`,
    got: shown(name),
  });
}

/** Whether a model writes text. */
export function canSample(model: TaskModel): model is SamplingModel {
  return typeof (model as Partial<SamplingModel>).sample === "function";
}

/** @throws option when a model's task has not the method asked for; data or file-format as `openModel`. */
async function openWith<Model extends TaskModel>(
  shell: Shell,
  directory: string,
  command: string,
  method: keyof Model,
  what: string,
): Promise<Model> {
  const model = await openModel(shell, directory);
  if (typeof (model as Model)[method] === "function") return model as Model;
  throw new RecurraError("option", {
    where: `${command} ${directory}`,
    expected: `a model that ${what}`,
    got: `one of the task ${model.task}`,
  });
}

/** Reads a model that writes text. */
export function openSamplingModel(shell: Shell, directory: string): Promise<SamplingModel> {
  return openWith<SamplingModel>(shell, directory, "sample", "sample", "writes text");
}

/** Reads a model that says how likely a text is. */
export function openScoringModel(shell: Shell, directory: string): Promise<ScoringModel> {
  return openWith<ScoringModel>(shell, directory, "score", "score", "says how likely a text is");
}

/** Reads a model that answers inputs. */
export function openPredictingModel(shell: Shell, directory: string): Promise<PredictingModel> {
  return openWith<PredictingModel>(shell, directory, "predict", "answer", "answers inputs");
}
