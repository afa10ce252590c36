/** What every task shares: option tables, reports, the run object, and the row of the task list. */
import type { ModelFiles } from "../checkpoint/model-files.ts";
import type { FitReport } from "../training/fit.ts";
import type { TrainingState } from "../training/trainer.ts";

export type { Json, JsonObject, ModelFiles, WeightTensor } from "../checkpoint/model-files.ts";

/** One option of a task: the same row makes the flag, its help line, the library's option and its check. */
export interface OptionRow {
  /** The library's name, camelCase: `hiddenSize`. */
  readonly name: string;
  /** The flag without its dashes: `hidden`. */
  readonly flag: string;
  readonly kind: "integer" | "number" | "string" | "boolean" | "choice";
  /** The values of a `choice`. */
  readonly choices?: readonly string[];
  /** Smallest and largest value allowed of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** What holds when it is not given; absent where there is none. */
  readonly fallback?: number | string | boolean;
  /** One line: meaning, unit, and why this default. */
  readonly help: string;
  /** Names of options that cannot be given beside this one: `epochs` excludes `steps` and `minutes`. */
  readonly excludes?: readonly string[];
}

/** Scores of a model or a baseline by metric name, as docs name them: `bitsPerChar`, `perplexity`, … */
export type Metrics = Readonly<Record<string, number>>;

/** A naive forecast that a model is held against. */
export interface Baseline {
  /** "unigram", "interpolated trigram", "Kneser-Ney 5-gram". */
  readonly name: string;
  readonly metrics: Metrics;
}

/** What a training run says about itself, every few hundred milliseconds and at each validation. */
export type TrainingReport = FitReport;

/** How a run ended. */
export interface TrainingSummary {
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly parameters: number;
  readonly valid: Metrics;
  /** What the model is held against on the same validation part, the most naive first. */
  readonly baselines: readonly Baseline[];
  /** True when an AbortSignal or the caller's `break` ended it early. */
  readonly stopped: boolean;
}

/**
 * A training run: iterate it for reports, or await `model` alone, which drives it to the end.
 * Leaving the loop early stops training cleanly; the model trained so far is still to be had from `model`.
 */
export interface TrainingRun<Model> extends AsyncIterable<TrainingReport> {
  readonly model: Promise<Model>;
  /** Settles when the run has ended. */
  readonly summary: Promise<TrainingSummary>;
}

/** Options by the library's name, as the rows of a task's table allow them. */
export type OptionValues = Readonly<Record<string, number | string | boolean | undefined>>;

/** What steers a run from outside. */
export interface TrainingControl {
  /** Stops the run cleanly after the step at hand; the model is that of the last step. */
  readonly signal?: AbortSignal;
  /** Text to validate on; default: the end of the training text, by the option `validFraction`. */
  readonly validText?: string;
  /** Where a stopped run stood: training goes on from there, bit for bit. */
  readonly resume?: TrainingState;
  /** Saves the run and its model; awaited after each validation on the grid and when the run ends. */
  readonly save?: (state: TrainingState, model: TaskModel) => Promise<void>;
}

/** What can be asked of a trained model of any task. */
export interface TaskModel {
  /** The name of its task. */
  readonly task: string;
  readonly parameterCount: number;
  /** The task's metrics on other data, and under `tokens` how many were predicted. */
  evaluate(text: string): Metrics;
  /** What a model directory holds of it. */
  toFiles(): ModelFiles;
}

/** How text is sampled. */
export interface SampleOptions {
  /** What the text begins with; not repeated in the pieces. Default: nothing. */
  readonly prompt?: string;
  /** Tokens to produce. */
  readonly length?: number;
  /** 1 draws as the model says; below it is surer of itself, above it wilder. */
  readonly temperature?: number;
  /** Only the k likeliest tokens may be drawn; default all. */
  readonly topK?: number;
  /** Only the fewest tokens whose probability is p or more together may be drawn, after top-k; default 1, all. */
  readonly topP?: number;
  readonly seed?: number;
}

/** A model that can write. */
export interface SamplingModel extends TaskModel {
  /** Pieces of text as they are produced. */
  sample(options?: SampleOptions): AsyncIterable<string>;
}

/** One row of the list of tasks, from which the command line, the server and the playground are made. */
export interface Task {
  /** `language-model`. */
  readonly name: string;
  /** One line: what it learns from what. */
  readonly summary: string;
  readonly options: readonly OptionRow[];
  train(text: string, options?: OptionValues, control?: TrainingControl): TrainingRun<TaskModel>;
  /** @param where the directory's name, for messages. */
  load(files: ModelFiles, where: string): TaskModel;
}
