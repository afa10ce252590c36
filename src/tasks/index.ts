/**
 * Whole tasks: data, model, loss, metrics and use in one call.
 * @module
 */
import { classifierTask } from "./classifier-task.ts";
import { forecasterTask } from "./forecaster-task.ts";
import { generatorTask } from "./generator-task.ts";
import { languageModelTask } from "./language-model-task.ts";
import { taggerTask } from "./tagger-task.ts";
import type { Task } from "./task.ts";
import { transcriberTask } from "./transcriber-task.ts";
import { translatorTask } from "./translator-task.ts";

export type { Chunks } from "./chunked-scores.ts";
export { Classifier } from "./classifier.ts";
export type { ClassifierConfig } from "./classifier-config.ts";
export type { SequenceStep } from "./classifier-input.ts";
export { type ClassifierOptions, classifierOptions } from "./classifier-options.ts";
export type { Answer, Classification } from "./classifier-output.ts";
export type { ClassifierSession, ClassifierSessionJson } from "./classifier-session.ts";
export { type Forecast, Forecaster } from "./forecaster.ts";
export type { ForecasterConfig } from "./forecaster-config.ts";
export { type ForecasterOptions, type ForecastOutput, forecasterOptions } from "./forecaster-options.ts";
export type { ForecasterSession, ForecasterSessionJson } from "./forecaster-session.ts";
export { forecasterTask } from "./forecaster-task.ts";
export { type GenerateOptions, Generator } from "./generator.ts";
export type { GeneratorConfig } from "./generator-config.ts";
export { type GeneratorData, type GeneratorExample, readGeneratorData, type Sequence } from "./generator-data.ts";
export { type GeneratorOptions, generatorOptions } from "./generator-options.ts";
export type { GeneratorSession, GeneratorSessionJson } from "./generator-session.ts";
export { type GradientFlow, gradientFlow } from "./gradient-flow.ts";
export { LanguageModel } from "./language-model.ts";
export { type LanguageModelOptions, languageModelOptions } from "./language-model-options.ts";
export { type LanguageModelConfig, LanguageSampler } from "./language-sampler.ts";
export type { LanguageSession } from "./language-session.ts";
export { loadModel } from "./load-model.ts";
export { type FoundEntity, Tagger, type TaggerConfig, type Tagging } from "./tagger.ts";
export { type TaggerOptions, taggerOptions } from "./tagger-options.ts";
export type { TaggedToken, TaggerSession } from "./tagger-session.ts";
export type {
  Baseline,
  Confusions,
  Metrics,
  ModelFiles,
  OptionRow,
  OptionValues,
  Precision,
  PredictingModel,
  PredictionStream,
  PredictValues,
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
export { trainClassifier } from "./train-classifier.ts";
export { trainForecaster } from "./train-forecaster.ts";
export { trainGenerator } from "./train-generator.ts";
export { trainInWorker } from "./train-in-worker.ts";
export { trainLanguageModel } from "./train-language-model.ts";
export { type TrainingSentence, trainTagger } from "./train-tagger.ts";
export { trainTranscriber } from "./train-transcriber.ts";
export { trainTranslator } from "./train-translator.ts";
export { type TranscribeOptions, Transcriber, type Transcript } from "./transcriber.ts";
export type { TranscriberConfig } from "./transcriber-config.ts";
export { type TranscriberOptions, transcriberOptions } from "./transcriber-options.ts";
export type { TranscriberSession, TranscriberSessionJson } from "./transcriber-session.ts";
export { type TranslateOptions, type Translation, Translator, type TranslatorConfig } from "./translator.ts";
export { type TranslatorOptions, translatorOptions } from "./translator-options.ts";

/** The one list that the command line, a server and a playground read. */
export const tasks: readonly Task[] = [
  languageModelTask,
  classifierTask,
  taggerTask,
  translatorTask,
  transcriberTask,
  generatorTask,
  forecasterTask,
];
