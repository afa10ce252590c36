/** What every task shares: option tables, reports, the run object, and the row of the task list. */
import type { JsonObject, ModelFiles, Precision } from "../checkpoint/model-files.ts";
import type { DataFaults } from "../data/data-faults.ts";
import type { Source } from "../data/source.ts";
import type { Flop } from "../layers/flop.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { FitReport } from "../training/fit.ts";
import type { TrainingState } from "../training/trainer.ts";

export type { Json, JsonObject, ModelFiles, Precision, WeightTensor } from "../checkpoint/model-files.ts";

/** One option of a task: the same row makes the flag, its help line, the library's option and its check. */
export interface OptionRow {
  /** The library's name, camelCase: `hiddenSize`. */
  readonly name: string;
  /** The flag without its dashes: `hidden`. */
  readonly flag: string;
  readonly kind: "integer" | "number" | "string" | "boolean" | "choice" | "cell" | "model";
  /** The values of a `choice`; the built-in names of a `cell`, which may also be a cell of one's own. */
  readonly choices?: readonly string[];
  /** Smallest and largest value allowed of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** What holds when it is not given; undefined where there is none. */
  readonly fallback?: number | string | boolean | undefined;
  /** One line: meaning, unit, and why this default. */
  readonly help: string;
  /** Names of options that cannot be given beside this one: `epochs` excludes `steps` and `minutes`. */
  readonly excludes?: readonly string[] | undefined;
  /** Says how data is read: a model keeps its value, and `eval` and `predict` take the flag too. */
  readonly reading?: boolean;
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
export type OptionValues = Readonly<Record<string, number | string | boolean | Cell | CellJson | undefined>>;

/** Options of `predict` by the library's name, as a task's `predictOptions` allow them; that of a `model` row is the model. */
export type PredictValues = Readonly<Record<string, number | string | boolean | TaskModel | undefined>>;

/** What steers a run from outside. */
export interface TrainingControl<Data = unknown> {
  /** Stops the run cleanly after the step at hand; the model is that of the last step. */
  readonly signal?: AbortSignal | undefined;
  /** Data to validate on; default: a part of the training data, by the option `validFraction`. */
  readonly valid?: Data | undefined;
  /** Takes the records that training cannot use: validation records of a new label, clips too short for what is said; without it they are one error. */
  readonly faults?: DataFaults | undefined;
  /** Where a stopped run stood: training goes on from there, bit for bit. */
  readonly resume?: TrainingState | undefined;
  /** Saves the run and its model; awaited after each validation on the grid and when the run ends. */
  readonly save?: ((state: TrainingState, model: TaskModel) => Promise<void>) | undefined;
}

/** How often each label was taken for each. */
export interface Confusions {
  readonly labels: readonly string[];
  /** As `[right label][answer]`. */
  readonly counts: readonly (readonly number[])[];
}

/** What can be asked of a trained model of any task. */
export interface TaskModel<Data = unknown> {
  /** The name of its task. */
  readonly task: string;
  readonly parameterCount: number;
  /** How its data is read: the values of the rows with `reading`, as training was told. */
  readonly reading: OptionValues;
  /** What one step of one sequence costs: a token, a frame, a day. */
  readonly flopPerToken: Flop;
  /**
   * Data without the records that the model cannot be scored on, such as those of a label that it was not trained on; of
   * tasks where there may be such.
   *
   * @param faults takes each of them.
   */
  scorable?(data: Data, faults: DataFaults): Data;
  /** The task's metrics on other data, and under `tokens` or `examples` how many were predicted. */
  evaluate(data: Data): Metrics;
  /** How often each label was taken for each on other data; only models whose answers are labels have it. */
  confusions?(data: Data): Confusions | undefined;
  /**
   * What a model directory holds of it.
   *
   * @param precision what its numbers are rounded to; without it, they stay what they are.
   */
  toFiles(precision?: Precision): ModelFiles;
}

/** A model that answers inputs. */
export interface PredictingModel extends TaskModel {
  /** What one input of the command line is: a line of text or JSON, or a file. */
  readonly inputs: "line" | "file";
  /**
   * The answer to one input: `output`, and what the task has beside it, such as `scores`.
   *
   * @param input the line, or the file's name for messages.
   * @param bytes the file's content, where `inputs` is "file".
   * @param options of the task's `predictOptions`.
   * @throws data when the input is no input of the task.
   */
  answer(input: string, bytes?: Uint8Array, options?: PredictValues): JsonObject;
  /** An answer for people, on one line; without it, its `output`. */
  show?(answer: JsonObject): string;
  /**
   * Answers as the input arrives; only models that read one way can.
   *
   * @param options of the task's `predictOptions`.
   * @throws unsupported when the model must see the whole input first.
   */
  stream?(options?: PredictValues): PredictionStream;
}

/** An input that arrives in pieces: tokens or values on lines of their own, or the bytes of a file. */
export interface PredictionStream {
  /** Whether each answer's `output` goes on where the one before ended, so that people read them on one line. */
  readonly continues?: boolean;
  /** @returns the answer so far; undefined where the piece changed nothing. */
  push(piece: string | Uint8Array): JsonObject | undefined;
  /** Ends the input. @returns the last answer. */
  end(): JsonObject | undefined;
}

/** How likely a model finds a text. */
export interface TextScore {
  readonly text: string;
  /** log p(text), nats. */
  readonly logProbability: number;
  /** How many tokens the text has; a line's <EOS> is one of them. */
  readonly tokens: number;
  readonly bitsPerToken: number;
  readonly perplexity: number;
  /** Each token with log p(token | all before it), nats. */
  readonly perToken: readonly { readonly token: string; readonly logProbability: number }[];
}

/** A model that says how likely a text is. */
export interface ScoringModel extends TaskModel {
  score(text: string): TextScore;
}

/** How text is sampled. */
export interface SampleOptions {
  /** What the text begins with; not repeated in the pieces. Default: nothing. */
  readonly prompt?: string;
  /** What a generator makes a sequence from: a label, or numbers with commas between them. */
  readonly condition?: string;
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
  /** Whether it writes music: the prompt is then written too, and `toMidi` makes a file of the text. */
  readonly writesMusic?: boolean;
  /** A sampled text of music as a MIDI file, `tempo` in quarter notes a minute. */
  toMidi?(text: string, tempo: number): Uint8Array;
  /** The text of a MIDI file, as a prompt. */
  fromMidi?(bytes: Uint8Array, where: string): string;
}

/** One row of the list of tasks, from which the command line, the server and the playground are made. */
export interface Task<Data = unknown> {
  /** `language-model`. */
  readonly name: string;
  /** One line: what it learns from what. */
  readonly summary: string;
  /** What `--data` is: "a UTF-8 text file, or a folder of .txt files". */
  readonly dataHelp: string;
  readonly options: readonly OptionRow[];
  /** What may be said of one answer, beside what the model was trained with. */
  readonly predictOptions?: readonly OptionRow[];
  /**
   * Reads data for training, validation or evaluation.
   *
   * @param options the values of the rows with `reading`, the table's defaults filled in.
   * @param faults takes what is wrong with single records.
   */
  read(source: Source, options: OptionValues, faults: DataFaults): Promise<Data>;
  train(data: Data, options?: OptionValues, control?: TrainingControl<Data>): TrainingRun<TaskModel<Data>>;
  /** @param where the directory's name, for messages. */
  load(files: ModelFiles, where: string): Promise<TaskModel<Data>>;
  /**
   * What counting alone reaches on data that a model is evaluated on, the most naive first.
   *
   * @param train what the model was trained on, where it is still at hand; without it, what needs none.
   */
  baselines(model: TaskModel<Data>, test: Data, train: Data | undefined): readonly Baseline[];
}
