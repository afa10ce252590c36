/** The options of the task language-model: the one table behind flags, help and the library's options. */
import { embeddingRow, type NetworkOptions, networkRows, type ResolvedNetwork } from "./network-options.ts";
import { optionRows } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

export const languageModelOptions: readonly OptionRow[] = optionRows([
  {
    name: "unit",
    kind: "choice",
    choices: ["char", "word"],
    fallback: "char",
    help: "what a token is",
  },
  {
    name: "lines",
    kind: "boolean",
    fallback: false,
    reading: true,
    help: "each line is a sequence of its own, ended by <EOS>: names, headlines, sentences",
  },
  {
    name: "graphemes",
    kind: "boolean",
    fallback: false,
    help: "characters are what a reader takes for one, by Intl.Segmenter, whose version is recorded; without it, code points",
  },
  {
    name: "minCount",
    kind: "integer",
    minimum: 1,
    help: "how often a token must be seen to be in the vocabulary (default 2 for words, 1 for characters)",
  },
  {
    name: "vocabularySize",
    flag: "vocabulary",
    kind: "integer",
    minimum: 3,
    maximum: 1_000_000,
    help: "most tokens of the vocabulary, the most frequent ones; all others are <UNK> (default 10,000 for words, all for characters)",
  },
  {
    name: "vocabularyOrder",
    kind: "choice",
    choices: ["frequency", "alphabetical"],
    fallback: "frequency",
    help: "how ids follow each other: most frequent first, or from A to Z",
  },
  {
    name: "lowerCase",
    kind: "boolean",
    fallback: false,
    help: "words are written small, so that The and the are one",
  },
  {
    name: "splitter",
    kind: "choice",
    choices: ["rule", "intl"],
    fallback: "rule",
    help: "how words are found: by a fixed rule, the same everywhere, or by Intl.Segmenter for languages without spaces",
  },
  ...networkRows({ hiddenSize: 128 }),
  embeddingRow(
    undefined,
    "numbers a token before the first layer; 0 feeds tokens as one-hot vectors (default 0 for characters, --hidden for words)",
  ),
  {
    name: "tied",
    kind: "boolean",
    fallback: false,
    help: "one table both reads tokens and scores them; needs --embedding equal to the top layer's output",
  },
  {
    name: "adaptiveSoftmax",
    kind: "boolean",
    fallback: false,
    help: "rare tokens are scored in groups of their own, by fewer numbers: for vocabularies of 20,000 words and more",
  },
  {
    name: "sparseEmbedding",
    kind: "boolean",
    fallback: false,
    help: "updates touch only the embeddings of tokens that a step has read: for large vocabularies",
  },
  {
    name: "bptt",
    kind: "integer",
    minimum: 1,
    maximum: 4096,
    fallback: 64,
    help: "steps that a gradient flows back; the state is carried beyond; with --lines, each line is one piece",
  },
  {
    name: "validTokens",
    kind: "integer",
    minimum: 2,
    fallback: 1_000_000,
    help: "most tokens of running text that a validation scores: the first of its part",
  },
  ...trainingRows({
    epochs: 10,
    batchSize: 16,
    learningRate: 0.005,
    evaluateEvery: 500,
    batchHelp: "places of the text, or lines, that are read side by side",
    validHelp: "share that is kept back to validate on: the text's end, or lines drawn by the seed",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface LanguageModelOptions extends NetworkOptions, TrainingOptions {
  readonly unit?: "char" | "word";
  readonly lines?: boolean;
  readonly graphemes?: boolean;
  readonly minCount?: number;
  readonly vocabularySize?: number;
  readonly vocabularyOrder?: "frequency" | "alphabetical";
  readonly lowerCase?: boolean;
  readonly splitter?: "rule" | "intl";
  readonly embeddingSize?: number;
  readonly tied?: boolean;
  readonly adaptiveSoftmax?: boolean;
  readonly sparseEmbedding?: boolean;
  readonly bptt?: number;
  readonly validTokens?: number;
}

/** The options with the table's defaults filled in. */
export type ResolvedLanguageModel = ResolvedNetwork &
  ResolvedTraining &
  Required<Omit<LanguageModelOptions, keyof NetworkOptions | keyof TrainingOptions | Optional>> &
  Pick<LanguageModelOptions, Optional>;
type Optional = "minCount" | "vocabularySize" | "embeddingSize";
