/**
 * Whole tasks: data, model, loss, metrics and use in one call.
 * @module
 */
import { languageModelTask } from "./language-model-task.ts";
import type { Task } from "./task.ts";

export { type GradientFlow, gradientFlow } from "./gradient-flow.ts";
export { LanguageModel, type LanguageModelConfig } from "./language-model.ts";
export { type LanguageModelOptions, languageModelOptions } from "./language-model-options.ts";
export type { LanguageSession } from "./language-session.ts";
export type {
  Baseline,
  Metrics,
  ModelFiles,
  OptionRow,
  OptionValues,
  PredictingModel,
  PredictionStream,
  SampleOptions,
  SamplingModel,
  ScoringModel,
  Task,
  TaskModel,
  TextScore,
  TrainingControl,
  TrainingReport,
  TrainingRun,
  TrainingSummary,
} from "./task.ts";
export { trainInWorker } from "./train-in-worker.ts";
export { trainLanguageModel } from "./train-language-model.ts";

/** The one list that the command line, a server and a playground read. */
export const tasks: readonly Task[] = [languageModelTask];
