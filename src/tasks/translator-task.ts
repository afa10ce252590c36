/** The row of translator in the list of tasks. */
import { readTextPairs, type TextPair } from "../data/sources/text-pairs.ts";
import type { Task } from "./task.ts";
import { trainTranslator, translatorBaselines } from "./train-translator.ts";
import { Translator } from "./translator.ts";
import { translatorOptions } from "./translator-options.ts";

export const translatorTask: Task<readonly TextPair[]> = {
  name: "translator",
  summary: "Learns to turn one text into another: dates into ISO, English into French.",
  dataHelp: "TSV, CSV or JSON Lines of a source and a target, or a folder of such files",
  options: translatorOptions,
  read: readTextPairs,
  train: trainTranslator,
  load: Translator.fromFiles,
  baselines: (_model, test, train) => translatorBaselines(test, train),
};
