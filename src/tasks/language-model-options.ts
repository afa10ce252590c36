/** The options of the task language-model: the one table behind flags, help and the library's options. */
import { builtInCells } from "../cells/built-in.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { OptionRow } from "./task.ts";

export const languageModelOptions: readonly OptionRow[] = [
  {
    name: "unit",
    flag: "unit",
    kind: "choice",
    choices: ["char"],
    fallback: "char",
    help: "what a token is",
  },
  {
    name: "cell",
    flag: "cell",
    kind: "choice",
    choices: Object.keys(builtInCells),
    fallback: "lstm",
    help: "the recurrence; the LSTM remembers longest",
  },
  {
    name: "hiddenSize",
    flag: "hidden",
    kind: "integer",
    minimum: 1,
    maximum: 8192,
    fallback: 128,
    help: "units of the hidden state; more learn more and train slower",
  },
  {
    name: "layers",
    flag: "layers",
    kind: "integer",
    minimum: 1,
    maximum: 16,
    fallback: 1,
    help: "recurrent layers above each other",
  },
  {
    name: "embeddingSize",
    flag: "embedding",
    kind: "integer",
    minimum: 0,
    maximum: 8192,
    fallback: 0,
    help: "numbers a token before the first layer; 0 feeds tokens as one-hot vectors",
  },
  {
    name: "dropout",
    flag: "dropout",
    kind: "number",
    minimum: 0,
    maximum: 0.95,
    fallback: 0,
    help: "share of what each layer hands on that is dropped in training, against learning by heart",
  },
  {
    name: "epochs",
    flag: "epochs",
    kind: "integer",
    minimum: 1,
    fallback: 10,
    excludes: ["steps", "minutes"],
    help: "times that the text is read",
  },
  { name: "steps", flag: "steps", kind: "integer", minimum: 1, excludes: ["minutes"], help: "updates to do" },
  { name: "minutes", flag: "minutes", kind: "number", minimum: 0, help: "minutes to train" },
  {
    name: "batchSize",
    flag: "batch",
    kind: "integer",
    minimum: 1,
    maximum: 4096,
    fallback: 16,
    help: "places of the text that are read side by side",
  },
  {
    name: "bptt",
    flag: "bptt",
    kind: "integer",
    minimum: 1,
    maximum: 4096,
    fallback: 64,
    help: "steps that a gradient flows back; the state is carried beyond",
  },
  {
    name: "learningRate",
    flag: "lr",
    kind: "number",
    minimum: 0,
    maximum: 10,
    fallback: 0.005,
    help: "Adam's step size",
  },
  {
    name: "optimizer",
    flag: "optimizer",
    kind: "choice",
    choices: ["adam", "adamw", "sgd", "rmsprop"],
    fallback: "adam",
    help: "how gradients become updates",
  },
  {
    name: "schedule",
    flag: "schedule",
    kind: "choice",
    choices: ["constant", "cosine", "plateau"],
    fallback: "constant",
    help: "how the learning rate moves; with --minutes a cosine needs --schedule-steps",
  },
  {
    name: "scheduleSteps",
    flag: "schedule-steps",
    kind: "integer",
    minimum: 1,
    help: "updates until a cosine has come down; default the updates planned at the first start",
  },
  {
    name: "patience",
    flag: "patience",
    kind: "integer",
    minimum: 1,
    help: "validations without a better score after which training stops and keeps the best weights",
  },
  {
    name: "clipNorm",
    flag: "clip",
    kind: "number",
    minimum: 0,
    fallback: 1,
    help: "largest global norm of a gradient; larger ones are scaled down to it",
  },
  {
    name: "validFraction",
    flag: "valid-fraction",
    kind: "number",
    minimum: 0.001,
    maximum: 0.5,
    fallback: 0.1,
    help: "share of the text's end that is kept back to validate on",
  },
  {
    name: "evaluateEvery",
    flag: "eval-every",
    kind: "integer",
    minimum: 1,
    fallback: 500,
    help: "updates from one validation to the next",
  },
  {
    name: "seed",
    flag: "seed",
    kind: "integer",
    minimum: 0,
    fallback: 1,
    help: "the same seed and data give the same model everywhere",
  },
];

/** The options by the library's names; each is optional, with the default of the table. */
export interface LanguageModelOptions {
  readonly unit?: "char";
  /** A built-in cell's name, or a cell of your own. */
  readonly cell?: string | Cell;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly embeddingSize?: number;
  readonly dropout?: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batchSize?: number;
  readonly bptt?: number;
  readonly learningRate?: number;
  readonly optimizer?: "adam" | "adamw" | "sgd" | "rmsprop";
  readonly schedule?: "constant" | "cosine" | "plateau";
  readonly scheduleSteps?: number;
  readonly patience?: number;
  readonly clipNorm?: number;
  readonly validFraction?: number;
  readonly evaluateEvery?: number;
  readonly seed?: number;
}
