/** The options of the task transcriber: the one table behind flags, help and the library's options. */
import { LOOK_AHEAD } from "./chunked-scores.ts";
import { bidirectionalRow, type NetworkOptions, networkRows, type ResolvedNetwork } from "./network-options.ts";
import { optionRows, readingRow, type SaidRow } from "./option-rows.ts";
import type { OptionRow } from "./task.ts";
import { type ResolvedTraining, type TrainingOptions, trainingRows } from "./training-options.ts";

const number = (name: string, fallback: number, maximum: number, help: string): SaidRow => {
  return { name, kind: "number", minimum: 0, maximum, fallback, help };
};
const integer = (name: string, minimum: number, fallback: number, help: string): SaidRow => {
  return { name, kind: "integer", minimum, maximum: 1024, fallback, help };
};

export const transcriberOptions: readonly OptionRow[] = optionRows([
  readingRow(
    "labelFrom",
    "for a folder of wav files: a regular expression over a file's name, whose first group is the transcript",
  ),
  integer("bands", 1, 40, "mel bands of a frame"),
  {
    name: "scale",
    flag: "mel-scale",
    kind: "choice",
    choices: ["htk", "slaney"],
    fallback: "htk",
    help: "which mel scale places the bands",
  },
  {
    name: "normalize",
    kind: "choice",
    choices: ["global", "utterance"],
    fallback: "global",
    help: "mean and deviation of all clips, or of each by itself, which takes loudness and microphone away but needs the whole clip",
  },
  integer("stack", 1, 3, "frames of 10 ms beside each other in one step"),
  integer("stride", 1, 2, "frames from one step to the next; more is faster but leaves less room for letters"),
  { ...number("gainDb", 6, 60, "decibels that a training clip is made louder or softer by, at most"), flag: "gain" },
  { ...number("shiftMs", 0, 1000, "milliseconds that a training clip is moved in time, at most"), flag: "shift" },
  number("noise", 0.1, 10, "white noise in a training clip, as a share of its own strength, at most"),
  number("speed", 0.12, 0.5, "share that a training clip is made faster or slower by, at most"),
  integer("bandMasks", 0, 2, "stripes of bands hidden in training"),
  integer("bandWidth", 0, 6, "the widest stripe of bands"),
  integer("timeMasks", 0, 1, "stripes of frames hidden in training"),
  integer("timeWidth", 0, 6, "the widest stripe of frames"),
  { ...integer("beamSize", 1, 8, "prefixes kept after each step of the search; 1 takes the best path"), flag: "beam" },
  ...networkRows({ cell: "gru", hiddenSize: 64, layers: 2, dropout: 0.3 }),
  bidirectionalRow(true),
  ...trainingRows({
    epochs: 80,
    batchSize: 16,
    learningRate: 0.004,
    schedule: "cosine",
    clipNorm: 5,
    batchHelp: "clips of like lengths that are read side by side",
    validHelp: "share of the clips that is kept back to validate on",
  }),
]);

/** What may be said of one transcript; the names are those of `TranscribeOptions`, but for `rawRateHz`. */
export const transcribeOptions: readonly OptionRow[] = optionRows([
  {
    name: "beamSize",
    flag: "beam",
    kind: "integer",
    minimum: 1,
    maximum: 1024,
    help: "prefixes kept after each step of the search; 1 takes the best path (default as trained)",
  },
  {
    name: "languageModel",
    kind: "model",
    help: "the directory of a language model of characters, which helps to choose among texts that sound alike",
  },
  {
    name: "languageModelWeight",
    kind: "number",
    minimum: 0,
    maximum: 10,
    fallback: 0.5,
    help: "what the language model's log-probability counts against the sound's",
  },
  {
    name: "labelBonus",
    kind: "number",
    minimum: -10,
    maximum: 10,
    fallback: 0,
    help: "added for each character where there is a language model, which by itself favours short texts",
  },
  {
    name: "chunk",
    kind: "integer",
    minimum: 1,
    help: "read in chunks of so many steps, so that a bidirectional model need not hear the end first (default the whole clip)",
  },
  {
    name: "lookAhead",
    kind: "integer",
    minimum: 0,
    fallback: LOOK_AHEAD,
    help: "steps that are read before and behind a chunk",
  },
  {
    name: "rawRateHz",
    flag: "raw-rate",
    kind: "integer",
    minimum: 1,
    maximum: 768_000,
    help: "the input is 16-bit PCM of one channel at so many Hz, little-endian, without the header of a wav file",
  },
]);

/** The options by the library's names; each is optional, with the default of the table. */
export interface TranscriberOptions extends NetworkOptions, TrainingOptions {
  /** How `read` finds transcripts; training itself does not heed it. */
  readonly labelFrom?: string;
  readonly bands?: number;
  readonly scale?: "htk" | "slaney";
  readonly normalize?: "utterance" | "global";
  readonly stack?: number;
  readonly stride?: number;
  readonly gainDb?: number;
  readonly shiftMs?: number;
  readonly noise?: number;
  readonly speed?: number;
  readonly bandMasks?: number;
  readonly bandWidth?: number;
  readonly timeMasks?: number;
  readonly timeWidth?: number;
  readonly beamSize?: number;
  readonly bidirectional?: boolean;
}

type Own = Omit<TranscriberOptions, keyof NetworkOptions | keyof TrainingOptions>;

/** Options with the table's defaults filled in. */
export type ResolvedTranscriber = Required<Omit<Own, "labelFrom">> &
  Pick<Own, "labelFrom"> &
  ResolvedNetwork &
  ResolvedTraining;
