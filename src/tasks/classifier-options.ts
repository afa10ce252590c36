/** The options of the task classifier: the one table behind flags, help and the library's options. */
import type { PieceUnit } from "../data/encoders/text-pieces.ts";
import { type PoolingKind, poolings } from "../layers/pooling.ts";
import {
  bidirectionalRow,
  embeddingRow,
  type NetworkOptions,
  networkRows,
  type ResolvedNetwork,
} from "./network-options.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

function columnRow(role: "text" | "label"): OptionRow {
  const help = `column or field of the ${role}, by name or by number from 1 (default by its name)`;
  return { name: `${role}Column`, flag: `${role}-column`, kind: "string", reading: true, help };
}

export const classifierOptions: readonly OptionRow[] = [
  {
    name: "unit",
    flag: "unit",
    kind: "choice",
    choices: ["char", "word"],
    fallback: "char",
    help: "what a token is: a character (also a base of DNA), or a word or sign",
  },
  {
    name: "window",
    flag: "window",
    kind: "integer",
    minimum: 1,
    maximum: 16,
    fallback: 1,
    help: "characters or words that are read as one token at each step: 3 reads DNA as overlapping 3-mers",
  },
  columnRow("text"),
  columnRow("label"),
  {
    name: "minCount",
    flag: "min-count",
    kind: "integer",
    minimum: 1,
    help: "how often a token must be seen to be in the vocabulary (default 2 for words, 1 for characters)",
  },
  {
    name: "dropDuplicates",
    flag: "drop-duplicates",
    kind: "boolean",
    fallback: true,
    help: "keeps one of examples with the same text and label, so that none is on both sides of the split",
  },
  {
    name: "stratified",
    flag: "stratified",
    kind: "boolean",
    fallback: true,
    help: "splits so that each label has its share on both sides",
  },
  {
    name: "classWeights",
    flag: "class-weights",
    kind: "choice",
    choices: ["none", "balanced"],
    fallback: "none",
    help: "what an example counts in the loss: balanced makes each label count the same in all",
  },
  {
    name: "pooling",
    flag: "pooling",
    kind: "choice",
    choices: poolings,
    fallback: "max",
    help: "how the steps of a sequence become one row: its last state, the mean, maximum or attention of all, or, where all sequences have one length, flatten: all side by side, so that each place has weights of its own",
  },
  {
    name: "wordDropout",
    flag: "word-dropout",
    kind: "number",
    minimum: 0,
    maximum: 0.95,
    fallback: 0,
    help: "share of the tokens that training reads as <UNK>, against learning by heart",
  },
  ...networkRows({ hiddenSize: 64 }),
  bidirectionalRow(true),
  { ...embeddingRow(32, "numbers a token"), minimum: 1 },
  ...trainingRows({
    epochs: 10,
    batchSize: 32,
    learningRate: 0.003,
    schedule: "cosine",
    batchHelp: "examples of like lengths that are read side by side",
    validHelp: "share of the examples that is kept back to validate on",
  }),
];

/** The options by the library's names; each is optional, with the default of the table. */
export interface ClassifierOptions extends NetworkOptions, TrainingOptions {
  readonly unit?: PieceUnit;
  readonly window?: number;
  /** How `read` finds the columns; training itself does not heed them. */
  readonly textColumn?: string;
  readonly labelColumn?: string;
  readonly minCount?: number;
  readonly dropDuplicates?: boolean;
  readonly stratified?: boolean;
  readonly classWeights?: "none" | "balanced";
  readonly pooling?: PoolingKind;
  readonly wordDropout?: number;
  readonly bidirectional?: boolean;
  readonly embeddingSize?: number;
}

type Optional = "textColumn" | "labelColumn" | "minCount";
type Own = Omit<ClassifierOptions, keyof NetworkOptions | keyof TrainingOptions>;

/** Options with the table's defaults filled in. */
export type ResolvedClassifier = Required<Omit<Own, Optional>> &
  Pick<Own, Optional> &
  ResolvedNetwork &
  ResolvedTraining;
