/** A saved model of whatever task, ready for use. */
import { loadModelFiles, type ModelSource } from "../checkpoint/load-model-files.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { tasks } from "./index.ts";
import type { TaskModel } from "./task.ts";

/**
 * Loads a saved model, in Node and in browsers: from a folder of the disk, from an address, or from files that a person chose.
 *
 * @param source in Node a folder, in a page an address; or a URL, or the files of `<input type="file" multiple>`.
 * @returns the model of its task: a `LanguageModel`, a `Translator`, … (`model.task` tells which).
 * @throws data when something cannot be read; file-format when a file is missing, malformed, of another version, or of a
 * task that this version does not have.
 *
 * @example
 * ```ts
 * import { LanguageModel } from "recurra/tasks";
 * const model = await loadModel("models/book");
 * if (model instanceof LanguageModel) console.log(model.score("Call me Ishmael.").logProbability);
 * ```
 */
export async function loadModel(source: ModelSource): Promise<TaskModel> {
  const files = await loadModelFiles(source);
  const where = typeof source === "string" || source instanceof URL ? String(source) : "model";
  const task = tasks.find(({ name }) => name === files.config.task);
  if (task !== undefined) return task.load(files, where);
  throw new RecurraError("file-format", {
    where: `${where}/config.json`,
    expected: `"task" as one of ${tasks.map(({ name }) => name).join(", ")}`,
    got: shown(files.config.task),
  });
}
