/** The options of the task classifier: the one table behind flags, help and the library's options. */
import { type PoolingKind, poolings } from "../layers/pooling.ts";
import type { ClassifierReading } from "./classifier-config.ts";
import type { ClassifierUnit } from "./classifier-token-input.ts";
import {
  bidirectionalRow,
  embeddingRow,
  type NetworkOptions,
  networkRows,
  type ResolvedNetwork,
} from "./network-options.ts";
import { optionRows, readingRow } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

export const classifierOptions: readonly OptionRow[] = optionRows([
  {
    name: "unit",
    kind: "choice",
    choices: ["char", "word", "both"],
    fallback: "char",
    help: "what a token of a text is: a character (also a base of DNA), a word or sign, or both: words that are read by their letters, too",
  },
  {
    name: "window",
    kind: "integer",
    minimum: 1,
    maximum: 16,
    fallback: 1,
    help: "characters or words that are read as one token at each step: 3 reads DNA as overlapping 3-mers",
  },
  readingRow(
    "textColumn",
    "column of the text, or field of the sequence, by name or by number from 1 (default by its name)",
  ),
  readingRow("labelColumn", "column or field of the label, by name or by number from 1 (default by its name)"),
  readingRow("targetColumn", "column or field of a number: the model then answers a number, such as a rating", [
    "labelColumn",
    "labelSeparator",
  ]),
  readingRow(
    "labelSeparator",
    "what stands between several labels in one cell, such as |; JSON may have a list of labels without it",
  ),
  readingRow(
    "labelFrom",
    "for FASTA and folders: a regular expression over a description or a file's name, whose first group is the label",
    ["labelFile"],
  ),
  readingRow("labelFile", "for FASTA and folders: a table beside the data, of names and labels"),
  {
    name: "minCount",
    kind: "integer",
    minimum: 1,
    help: "how often a token must be seen to be in the vocabulary (default 2 for words, 1 for characters and symbols)",
  },
  {
    name: "dropDuplicates",
    kind: "boolean",
    fallback: true,
    help: "keeps one of examples with the same text and label, so that none is on both sides of the split",
  },
  {
    name: "stratified",
    kind: "boolean",
    fallback: true,
    help: "splits so that each label has its share on both sides",
  },
  {
    name: "classWeights",
    kind: "choice",
    choices: ["none", "balanced"],
    fallback: "none",
    help: "what an example counts in the loss: balanced makes each label count the same in all",
  },
  {
    name: "pooling",
    kind: "choice",
    choices: poolings,
    fallback: "max",
    help: "how the steps of a sequence become one row: its last state, the mean, maximum or attention of all, or, where all sequences have one length, flatten: all side by side, so that each place has weights of its own",
  },
  {
    name: "wordDropout",
    kind: "number",
    minimum: 0,
    maximum: 0.95,
    fallback: 0,
    help: "share of the tokens that training reads as <UNK>, against learning by heart",
  },
  ...networkRows({ hiddenSize: 64 }),
  bidirectionalRow(true),
  { ...embeddingRow(32, "numbers a token"), minimum: 1 },
  {
    name: "letterSize",
    flag: "letter-hidden",
    kind: "integer",
    minimum: 1,
    maximum: 1024,
    fallback: 25,
    help: "with --unit both: units of each direction of the layer over a word's letters",
  },
  ...trainingRows({
    epochs: 10,
    batchSize: 32,
    learningRate: 0.003,
    schedule: "cosine",
    batchHelp: "examples of like lengths that are read side by side",
    validHelp: "share of the examples that is kept back to validate on",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface ClassifierOptions extends NetworkOptions, TrainingOptions, ClassifierReading {
  readonly unit?: ClassifierUnit;
  readonly window?: number;
  readonly minCount?: number;
  readonly dropDuplicates?: boolean;
  readonly stratified?: boolean;
  readonly classWeights?: "none" | "balanced";
  readonly pooling?: PoolingKind;
  readonly wordDropout?: number;
  readonly bidirectional?: boolean;
  readonly embeddingSize?: number;
  readonly letterSize?: number;
}

type Optional = keyof ClassifierReading | "minCount";
type Own = Omit<ClassifierOptions, keyof NetworkOptions | keyof TrainingOptions>;

/** Options with the table's defaults filled in. */
export type ResolvedClassifier = Required<Omit<Own, Optional>> &
  Pick<Own, Optional> &
  ResolvedNetwork &
  ResolvedTraining;
