/** The options of the task tagger: the one table behind flags, help and the library's options. */
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

export const taggerOptions: readonly OptionRow[] = optionRows([
  {
    name: "unit",
    kind: "choice",
    choices: ["word", "char"],
    fallback: "word",
    reading: true,
    help: "what a token of a line is: a word between white space, or a character, as of DNA",
  },
  readingRow(
    "tokenColumn",
    "column of the tokens: its number, from the end with -1, or its name in CoNLL-U and JSON Lines (default the first)",
  ),
  readingRow("tagColumn", "column of the tags, as above (default the last; in CoNLL-U upos)"),
  {
    name: "output",
    kind: "choice",
    choices: ["softmax", "crf"],
    fallback: "crf",
    help: "each tag by itself, or the likeliest sequence of tags by a conditional random field",
  },
  {
    name: "tagScheme",
    kind: "choice",
    choices: ["data", "bio", "bioes"],
    fallback: "data",
    help: "how entities are marked inside the model; answers are in the data's scheme",
  },
  {
    name: "fitOutsideBias",
    kind: "boolean",
    fallback: false,
    help: "lowers or raises the scores of O, for tags that mark entities, by what makes entity F1 best on the validation data, which then flatters the model; where entities are rare, more of them are found",
  },
  {
    name: "letterSize",
    flag: "letter-hidden",
    kind: "integer",
    minimum: 0,
    maximum: 1024,
    fallback: 25,
    help: "units of each direction of the layer over a word's letters; 0 reads no letters",
  },
  {
    name: "shapes",
    kind: "boolean",
    fallback: true,
    help: "reads capitals, digits, signs and endings of words",
  },
  {
    name: "features",
    kind: "boolean",
    fallback: false,
    help: "adds to the scores of tags a linear model over features of a word and of those around it (beginnings, endings, pieces, outlines), which tells kinds of names apart that training never saw; dropped out as --dropout says",
  },
  {
    name: "minCount",
    kind: "integer",
    minimum: 1,
    help: "how often a token must be seen to be in the vocabulary (default 2 of words, 1 of characters); the rest is known by its letters and shape",
  },
  {
    name: "wordDropout",
    kind: "number",
    minimum: 0,
    maximum: 0.95,
    fallback: 0.2,
    help: "share of words that training reads as <UNK>, so that unseen ones are met by shape and context; characters are never dropped",
  },
  ...networkRows({ hiddenSize: 100, dropout: 0.5 }),
  bidirectionalRow(true),
  { ...embeddingRow(64, "numbers a token"), minimum: 1 },
  ...trainingRows({
    epochs: 15,
    batchSize: 16,
    learningRate: 0.003,
    clipNorm: 5,
    batchHelp: "sequences of like lengths that are read side by side",
    validHelp: "share of the sequences that is kept back to validate on",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface TaggerOptions extends NetworkOptions, TrainingOptions {
  readonly unit?: "word" | "char";
  /** How `read` finds the columns; training itself does not heed them. */
  readonly tokenColumn?: string;
  readonly tagColumn?: string;
  readonly output?: "softmax" | "crf";
  readonly tagScheme?: "data" | "bio" | "bioes";
  readonly fitOutsideBias?: boolean;
  readonly letterSize?: number;
  readonly shapes?: boolean;
  readonly features?: boolean;
  readonly minCount?: number;
  readonly wordDropout?: number;
  readonly bidirectional?: boolean;
  readonly embeddingSize?: number;
}

type Optional = "tokenColumn" | "tagColumn" | "minCount";
type Own = Omit<TaggerOptions, keyof NetworkOptions | keyof TrainingOptions>;

/** Options with the table's defaults filled in. */
export type ResolvedTagger = Required<Omit<Own, Optional>> & Pick<Own, Optional> & ResolvedNetwork & ResolvedTraining;
