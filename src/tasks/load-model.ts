/** A saved model of whatever task, ready for use. */
import { loadModelFiles, type ModelSource } from "../checkpoint/load-model-files.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { ModelFiles, TaskModel } from "./task.ts";

type Read = (files: ModelFiles, where: string) => Promise<TaskModel>;

/** How the model of each task is read; a page fetches the code of the task that its model is of, and no other. */
const READERS: Readonly<Record<string, () => Promise<Read>>> = {
  "language-model": async () => (await import("./language-model.ts")).LanguageModel.fromFiles,
  classifier: async () => (await import("./classifier.ts")).Classifier.fromFiles,
  tagger: async () => (await import("./tagger.ts")).Tagger.fromFiles,
  translator: async () => (await import("./translator.ts")).Translator.fromFiles,
  transcriber: async () => (await import("./transcriber.ts")).Transcriber.fromFiles,
  generator: async () => (await import("./generator.ts")).Generator.fromFiles,
  forecaster: async () => (await import("./forecaster.ts")).Forecaster.fromFiles,
};

/**
 * Loads a saved model, in Node and in browsers: from a folder of the disk, from an address, or from files that a person chose.
 *
 * @param source in Node a folder, in a page an address; or a URL, or the files of `<input type="file" multiple>`.
 * @returns the model of its task: a `LanguageModel`, a `Translator`, … (`model.task` tells which).
 * @throws option when the source is none; data when something cannot be read; file-format when a file is missing, malformed, of another version, or of a
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
  const name = files.config.task as string;
  if (Object.hasOwn(READERS, name)) return (await READERS[name]!())(files, where);
  throw new RecurraError("file-format", {
    where: `${where}/config.json`,
    expected: `"task" as one of ${Object.keys(READERS).join(", ")}`,
    got: shown(name),
  });
}
