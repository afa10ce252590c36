import { join } from "node:path";
import { loadModelFiles } from "../checkpoint/load-model-files.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { SamplingModel, TaskModel } from "../tasks/task.ts";
import type { Shell } from "./shell.ts";

/**
 * Reads the model of a directory, of whatever task it is.
 *
 * @throws data or file-format when the directory or a file of it is at fault.
 */
export async function openModel(shell: Shell, directory: string): Promise<TaskModel> {
  const files = await loadModelFiles(directory);
  const name = files.config.task;
  const task = shell.tasks.find((each) => each.name === name);
  if (task !== undefined) return task.load(files, directory);
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

/**
 * Reads a model that writes text.
 *
 * @throws option when its task does not; data or file-format as `openModel`.
 */
export async function openSamplingModel(shell: Shell, directory: string): Promise<SamplingModel> {
  const model = await openModel(shell, directory);
  if (canSample(model)) return model;
  throw new RecurraError("option", {
    where: `sample ${directory}`,
    expected: "a model that writes text",
    got: `one of the task ${model.task}`,
  });
}
