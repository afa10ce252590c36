/** What every task shares: option tables, reports and the run object. */

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
export interface TrainingReport {
  /** Updates done so far, from the beginning of training. */
  readonly step: number;
  /** Updates planned; undefined when only the clock ends the run. */
  readonly totalSteps?: number;
  /** Mean loss of the steps since the last report, nats a token. */
  readonly lossNats: number;
  /** Global gradient norm of the last step, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Tokens trained on so far. */
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly elapsedSeconds: number;
  /** Estimated seconds left. */
  readonly etaSeconds: number;
  /** The task's metrics on the validation part, on reports where a validation took place. */
  readonly valid?: Metrics;
}

/** How a run ended. */
export interface TrainingSummary {
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly parameters: number;
  readonly valid: Metrics;
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
