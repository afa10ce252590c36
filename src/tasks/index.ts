/**
 * Whole tasks: data, model, loss, metrics and use in one call.
 * @module
 */
import { LanguageModel } from "./language-model.ts";
import { languageModelOptions } from "./language-model-options.ts";
import type { Task } from "./task.ts";
import { trainLanguageModel } from "./train-language-model.ts";

export { type GradientFlow, gradientFlow } from "./gradient-flow.ts";
export { LanguageModel, type LanguageModelConfig, type TextScore } from "./language-model.ts";
export { type LanguageModelOptions, languageModelOptions } from "./language-model-options.ts";
export type {
  Baseline,
  Metrics,
  ModelFiles,
  OptionRow,
  SampleOptions,
  Task,
  TrainingControl,
  TrainingReport,
  TrainingRun,
  TrainingSummary,
} from "./task.ts";
export { trainInWorker } from "./train-in-worker.ts";
export { trainLanguageModel } from "./train-language-model.ts";

/** The one list that the command line, a server and a playground read. */
export const tasks: readonly Task[] = [
  {
    name: "language-model",
    summary: "Learns to write text like the text given, and how likely a text is.",
    options: languageModelOptions,
    train: (text, options, control) => trainLanguageModel(text, options, control),
    load: (files, where) => LanguageModel.fromFiles(files, where),
  },
];
