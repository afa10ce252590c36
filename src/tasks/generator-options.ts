/** The options of the task generator: the one table behind flags, help and the library's options. */
import { embeddingRow, type NetworkOptions, networkRows, type ResolvedNetwork } from "./network-options.ts";
import { optionRows, readingRow } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

export const generatorOptions: readonly OptionRow[] = optionRows([
  {
    name: "unit",
    kind: "choice",
    choices: ["char", "word", "roll", "events"],
    reading: true,
    help: "what a step is: a character, a word, the keys that sound, or a MIDI event (default char for text, roll for music)",
  },
  readingRow("sequenceColumn", "the column or JSON field of the sequence, by name or number"),
  readingRow(
    "conditionColumn",
    "the column or JSON field of the condition; several with commas between them are numbers",
  ),
  {
    name: "conditionKind",
    kind: "choice",
    choices: ["label", "numbers", "none"],
    reading: true,
    help: "what a condition is (default numbers where all are, else labels; none where there is no such column)",
  },
  readingRow("part", "the part of a JSON file of rolls (default train, with valid to validate on; eval takes test)"),
  {
    name: "stepQuarters",
    kind: "number",
    minimum: 0.01,
    maximum: 64,
    fallback: 1,
    reading: true,
    help: "length of one step of a roll, in quarter notes",
  },
  {
    name: "conditionInto",
    kind: "choice",
    choices: ["both", "state", "input"],
    fallback: "both",
    help: "where the condition goes: the initial state, the input of every step, or both",
  },
  ...networkRows({ hiddenSize: 128, dropout: 0.3 }),
  embeddingRow(32, "numbers a character, word or event before the first layer; rolls have none"),
  ...trainingRows({
    epochs: 50,
    batchSize: 8,
    learningRate: 0.008,
    schedule: "cosine",
    patience: 30,
    clipNorm: 5,
    batchHelp: "sequences that are read side by side",
    validHelp: "share of the sequences that is kept back to validate on, drawn by the seed",
  }),
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface GeneratorOptions extends NetworkOptions, TrainingOptions {
  readonly unit?: "char" | "word" | "roll" | "events";
  readonly stepQuarters?: number;
  readonly conditionInto?: "both" | "state" | "input";
  readonly embeddingSize?: number;
}

/** The options with the table's defaults filled in. */
export type ResolvedGenerator = ResolvedNetwork &
  ResolvedTraining &
  Required<Pick<GeneratorOptions, "stepQuarters" | "conditionInto" | "embeddingSize">> &
  Pick<GeneratorOptions, "unit">;
