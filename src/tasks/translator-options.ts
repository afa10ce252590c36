/** The options of the task translator: the one table behind flags, help and the library's options. */
import {
  bidirectionalRow,
  embeddingRow,
  type NetworkOptions,
  networkRows,
  type ResolvedNetwork,
} from "./network-options.ts";
import { optionRows, readingRow, type SaidRow } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

const UNITS = ["char", "word"];

/** A row of a unit of one side. */
function sideRow(side: "source" | "target"): SaidRow {
  const help = `what a token of the ${side} is; default the unit`;
  return { name: `${side}Unit`, kind: "choice", choices: UNITS, help };
}

function columnRow(side: "source" | "target", fallback: string): SaidRow {
  const help = `column or field of the ${side}, by name or by number from 1 (default by its name, else the ${fallback})`;
  return readingRow(`${side}Column`, help);
}

export const translatorOptions: readonly OptionRow[] = optionRows([
  {
    name: "unit",
    kind: "choice",
    choices: UNITS,
    fallback: "char",
    help: "what a token is on either side: a character, or a word or sign with the space before it",
  },
  sideRow("source"),
  sideRow("target"),
  columnRow("source", "first"),
  columnRow("target", "second"),
  {
    name: "minCount",
    kind: "integer",
    minimum: 1,
    help: "how often a token must be seen to be in a vocabulary (default 2 for words, 1 for characters)",
  },
  {
    name: "attention",
    kind: "choice",
    choices: ["additive", "multiplicative", "none"],
    fallback: "additive",
    help: "how the decoder looks at the source: Bahdanau's score, Luong's, or not at all",
  },
  {
    name: "inputFeeding",
    kind: "boolean",
    fallback: false,
    help: "the decoder also reads what it attended to a step before; trains step by step, so slower",
  },
  {
    name: "samplingRate",
    kind: "number",
    minimum: 0,
    maximum: 1,
    fallback: 0,
    help: "scheduled sampling: share of tokens that the decoder reads from its own predictions in training; 0 is teacher forcing",
  },
  {
    name: "samplingSteps",
    kind: "integer",
    minimum: 1,
    fallback: 2000,
    help: "updates in which the sampling rate rises from 0",
  },
  {
    name: "beamWidth",
    flag: "beam",
    kind: "integer",
    minimum: 1,
    maximum: 1000,
    fallback: 4,
    help: "translations kept at each step of the search; 1 is greedy",
  },
  {
    name: "lengthPenalty",
    kind: "number",
    minimum: 0,
    maximum: 10,
    fallback: 0.7,
    help: "power of the length that log p is divided by: 0 favours short translations, 1 the mean of a token",
  },
  ...networkRows({ hiddenSize: 128 }),
  { ...bidirectionalRow(true), help: "the encoder reads the source in both directions" },
  { ...embeddingRow(64, "numbers a token, of source and target"), minimum: 1 },
  ...trainingRows({
    epochs: 10,
    batchSize: 64,
    learningRate: 0.002,
    batchHelp: "pairs of like lengths that are read side by side",
    validHelp: "share of the sources that is kept back to validate on, with all their targets",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface TranslatorOptions extends NetworkOptions, TrainingOptions {
  readonly unit?: "char" | "word";
  readonly sourceUnit?: "char" | "word";
  readonly targetUnit?: "char" | "word";
  /** How `read` finds the columns; training itself does not heed them. */
  readonly sourceColumn?: string;
  readonly targetColumn?: string;
  readonly minCount?: number;
  readonly attention?: "additive" | "multiplicative" | "none";
  readonly inputFeeding?: boolean;
  readonly samplingRate?: number;
  readonly samplingSteps?: number;
  readonly beamWidth?: number;
  readonly lengthPenalty?: number;
  readonly bidirectional?: boolean;
  readonly embeddingSize?: number;
}

type Optional = "sourceUnit" | "targetUnit" | "sourceColumn" | "targetColumn" | "minCount";
type Own = Omit<TranslatorOptions, keyof NetworkOptions | keyof TrainingOptions>;

/** Options with the table's defaults filled in. */
export type ResolvedTranslator = Required<Omit<Own, Optional>> &
  Pick<Own, Optional> &
  ResolvedNetwork &
  ResolvedTraining;
