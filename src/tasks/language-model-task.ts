/** The row of language-model in the list of tasks. */
import { readTexts } from "../data/sources/read-texts.ts";
import type { Texts } from "./encoded-text.ts";
import { LanguageModel } from "./language-model.ts";
import { languageModelOptions } from "./language-model-options.ts";
import type { Task } from "./task.ts";
import { languageBaselines, trainLanguageModel } from "./train-language-model.ts";

export const languageModelTask: Task<Texts> = {
  name: "language-model",
  summary: "Learns to write text like the text given, and how likely a text is.",
  dataHelp: "a UTF-8 text file, or a folder of .txt files",
  options: languageModelOptions,
  async read(source, { lines }) {
    const { isFolder, files } = source;
    const large = isFolder || lines === true ? undefined : await source.stream?.(files[0]!);
    return large ?? (await readTexts(source)).map(({ text }) => text);
  },
  train: trainLanguageModel,
  load: LanguageModel.fromFiles,
  baselines: (model, test, train) => languageBaselines(model as LanguageModel, test, train),
};
