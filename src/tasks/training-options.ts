/** The options of training that all tasks have, and the rows that make flags and checks of them. */
import { KERNEL_CHOICES, type KernelChoice } from "../engine/wasm/product-forms.ts";
import type { SaidRow } from "./option-rows.ts";

/** What may be said of training, by the library's names. */
export interface TrainingOptions {
  readonly epochs?: number;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly optimizer?: "adam" | "adamw" | "sgd" | "rmsprop";
  readonly weightDecay?: number;
  readonly schedule?: "constant" | "cosine" | "plateau";
  readonly scheduleSteps?: number;
  readonly warmupSteps?: number;
  readonly patience?: number;
  readonly clipNorm?: number;
  readonly validFraction?: number;
  readonly evaluateEvery?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly kernels?: KernelChoice;
}

/** The options of training with the table's defaults filled in. */
export type ResolvedTraining = Required<Omit<TrainingOptions, Optional>> & Pick<TrainingOptions, Optional>;
type Optional =
  | "epochs"
  | "steps"
  | "minutes"
  | "patience"
  | "scheduleSteps"
  | "evaluateEvery"
  | "weightDecay"
  | "threads";

/** What a task says of its own training: what holds when an option is not given, and what its data is called. */
export interface TrainingDefaults {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer?: "adam" | "adamw";
  readonly schedule?: "constant" | "cosine" | "plateau";
  readonly patience?: number;
  readonly clipNorm?: number;
  readonly validFraction?: number;
  /** Updates from one validation to the next; without it, once an epoch. */
  readonly evaluateEvery?: number;
  /** "places of the text that are read side by side". */
  readonly batchHelp: string;
  /** "share of the text's end that is kept back to validate on". */
  readonly validHelp: string;
}

/** The rows of training for one task. */
export function trainingRows(defaults: TrainingDefaults): readonly SaidRow[] {
  const { epochs, batchSize, learningRate, optimizer = "adam", schedule = "constant", patience } = defaults;
  const { clipNorm = 1, validFraction = 0.1, evaluateEvery, batchHelp, validHelp } = defaults;
  return [
    {
      name: "epochs",
      kind: "integer",
      minimum: 1,
      fallback: epochs,
      excludes: ["steps", "minutes"],
      help: "times that the training data is read",
    },
    { name: "steps", kind: "integer", minimum: 1, excludes: ["minutes"], help: "updates to do" },
    { name: "minutes", kind: "number", minimum: 0, help: "minutes to train" },
    {
      name: "batchSize",
      flag: "batch",
      kind: "integer",
      minimum: 1,
      maximum: 4096,
      fallback: batchSize,
      help: batchHelp,
    },
    {
      name: "learningRate",
      flag: "lr",
      kind: "number",
      minimum: 0,
      maximum: 10,
      fallback: learningRate,
      help: "the optimiser's step size",
    },
    {
      name: "optimizer",
      kind: "choice",
      choices: ["adam", "adamw", "sgd", "rmsprop"],
      fallback: optimizer,
      help: "how gradients become updates",
    },
    {
      name: "weightDecay",
      kind: "number",
      minimum: 0,
      maximum: 1,
      help: "share of a weight that an update of rate 1 takes away, with adamw or sgd; biases do not decay (default 0.01 with adamw, 0 with sgd)",
    },
    {
      name: "schedule",
      kind: "choice",
      choices: ["constant", "cosine", "plateau"],
      fallback: schedule,
      help: "how the learning rate moves; with --minutes a cosine needs --schedule-steps",
    },
    {
      name: "scheduleSteps",
      kind: "integer",
      minimum: 1,
      help: "updates until a cosine has come down; default the updates planned at the first start",
    },
    {
      name: "warmupSteps",
      flag: "warmup",
      kind: "integer",
      minimum: 0,
      fallback: 0,
      help: "updates in which the rate of a cosine rises first",
    },
    {
      name: "patience",
      kind: "integer",
      minimum: 1,
      fallback: patience,
      help: "validations without a better score after which training stops and keeps the best weights",
    },
    {
      name: "clipNorm",
      flag: "clip",
      kind: "number",
      minimum: 0,
      fallback: clipNorm,
      help: "largest global norm of a gradient; larger ones are scaled down to it",
    },
    {
      name: "validFraction",
      kind: "number",
      minimum: 0.001,
      maximum: 0.5,
      fallback: validFraction,
      help: validHelp,
    },
    {
      name: "evaluateEvery",
      flag: "eval-every",
      kind: "integer",
      minimum: 1,
      fallback: evaluateEvery,
      help: `updates from one validation to the next${evaluateEvery === undefined ? "; default once an epoch" : ""}`,
    },
    {
      name: "seed",
      kind: "integer",
      minimum: 0,
      fallback: 1,
      help: "the same seed and data give the same model everywhere",
    },
    {
      name: "threads",
      kind: "integer",
      minimum: 1,
      maximum: 64,
      help: "the most threads to train with; any number gives the same bytes; default every core, for work that is large enough",
    },
    {
      name: "kernels",
      kind: "choice",
      choices: KERNEL_CHOICES,
      fallback: "default",
      help: "wide: the same bytes about twice as fast (Node 24, x64); fast: besides, fused multiply-add, whose last bits depend on the processor; what a runtime lacks falls back",
    },
  ];
}
