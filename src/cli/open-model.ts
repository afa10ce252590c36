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

/** The commands that use a model of a task, each with the method that the model has for it. */
const USES = { sample: "sample", score: "score", predict: "answer" } as const;

/** What a model is used with, as it is typed: "recurra sample". */
export function usesOf(model: Partial<SamplingModel & ScoringModel & PredictingModel>): string[] {
  const commands = (["sample", "score", "predict"] as const).filter((command) => model[USES[command]] !== undefined);
  return commands.map((command) => `recurra ${command}`);
}

/** @throws option when a model's task has not the method asked for; data or file-format as `openModel`. */
async function openWith<Model extends TaskModel>(
  shell: Shell,
  directory: string,
  command: keyof typeof USES,
  what: string,
): Promise<Model> {
  const model = await openModel(shell, directory);
  const uses = usesOf(model);
  if (uses.includes(`recurra ${command}`)) return model as Model;
  throw new RecurraError("option", {
    where: `${command} ${directory}`,
    expected: `a model that ${what}`,
    got: `one of the task ${model.task}`,
    hint: `Use ${uses.join(" or ")}.`,
  });
}

/** Reads a model that writes text. */
export function openSamplingModel(shell: Shell, directory: string): Promise<SamplingModel> {
  return openWith<SamplingModel>(shell, directory, "sample", "writes text");
}

/** Reads a model that says how likely a text is. */
export function openScoringModel(shell: Shell, directory: string): Promise<ScoringModel> {
  return openWith<ScoringModel>(shell, directory, "score", "says how likely a text is");
}

/** Reads a model that answers inputs. */
export function openPredictingModel(shell: Shell, directory: string): Promise<PredictingModel> {
  return openWith<PredictingModel>(shell, directory, "predict", "answers inputs");
}
