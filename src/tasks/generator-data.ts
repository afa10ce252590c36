/** What a generator learns from: sequences, each with its condition; read from tables, JSON rolls or MIDI files. */
import { RecurraError, shown } from "../core/errors.ts";
import { requireSome } from "../core/require-some.ts";
import type { DataFaults } from "../data/data-faults.ts";
import type { Condition } from "../data/encoders/condition-encoder.ts";
import { notesToRoll, type PianoRoll } from "../data/encoders/piano-roll.ts";
import { requireSource, type Source } from "../data/source.ts";
import { type ConditionedSequenceOptions, readConditionedSequences } from "../data/sources/conditioned-sequences.ts";
import { readJsonRolls } from "../data/sources/json-rolls.ts";
import { isJsonLines, readText } from "../data/sources/read-records.ts";
import { type MidiPiece, midiToNotes, readMidi } from "../interop/index.ts";
import type { OptionValues } from "./task.ts";

/** A text, a roll, or a piece of notes. */
export type Sequence = string | PianoRoll | MidiPiece;

/** One sequence with what it is to be made from. */
export interface GeneratorExample {
  readonly condition: Condition;
  readonly sequence: Sequence;
  /** Its place in a file, and that of its condition, for messages. */
  readonly where?: string;
  readonly conditionWhere?: string;
}

export interface GeneratorData {
  readonly unit: "char" | "word" | "roll" | "events";
  readonly examples: readonly GeneratorExample[];
  /** Parts of their own to validate on and to be tested on, where the data has them. */
  readonly valid?: readonly GeneratorExample[] | undefined;
  readonly test?: readonly GeneratorExample[] | undefined;
}

const MIDI = /\.(mid|midi)$/i;

/** The pieces of MIDI files; the sub-folder that a file lies in is its label. */
async function midiExamples(source: Source, names: readonly string[], faults: DataFaults): Promise<GeneratorExample[]> {
  const labelled = source.isFolder && names.every((name) => name.includes("/"));
  const examples: GeneratorExample[] = [];
  for (const name of names) {
    const where = source.pathOf(name);
    try {
      const piece = midiToNotes(readMidi(await source.read(name), where), where);
      if (piece.notes.length > 0) {
        examples.push({ condition: labelled ? name.split("/")[0] : undefined, sequence: piece });
      } else faults.add({ where, expected: "a piece with a note", got: "none" });
    } catch (error) {
      if (!(error instanceof RecurraError) || error.code === "internal") throw error;
      faults.add(error.parts);
    }
  }
  return examples;
}

/** A piece in the form of the unit: rolls and events are made of notes. */
function inUnit(examples: readonly GeneratorExample[], unit: string, stepQuarters: number): GeneratorExample[] {
  return examples.map(({ condition, sequence }) => ({
    condition,
    sequence: unit === "roll" && isPiece(sequence) ? notesToRoll(sequence, { stepQuarters }) : sequence,
  }));
}

/** Whether a sequence is a piece of notes. */
export function isPiece(sequence: Sequence): sequence is MidiPiece {
  return typeof sequence === "object" && "notes" in sequence;
}

/**
 * Reads sequences: CSV, TSV or JSON Lines of a condition and a sequence, JSON rolls, a MIDI file, or a folder of MIDI files or rolls.
 *
 * @param options the rows of `generatorOptions` with `reading`.
 * @throws data when the data is of no such kind, or has no sequence.
 */
export async function readGeneratorData(
  source: Source,
  options: OptionValues,
  faults: DataFaults,
): Promise<GeneratorData> {
  requireSource(source);
  const midi = source.files.filter((name) => MIDI.test(name));
  const given = options.unit as GeneratorData["unit"] | undefined;
  const stepQuarters = (options.stepQuarters as number | undefined) ?? 1;
  const done = (unit: GeneratorData["unit"], examples: readonly GeneratorExample[], parts = {}): GeneratorData => {
    requireSome(source.path, examples.length > 0 || faults.count > 0, "at least one sequence");
    return { unit, examples, ...parts };
  };
  if (midi.length > 0 && (source.isFolder || MIDI.test(source.path))) {
    const unit = given ?? "roll";
    return done(unit, inUnit(await midiExamples(source, midi, faults), requireMusic(unit, source.path), stepQuarters));
  }
  const name = source.isFolder ? undefined : source.files[0];
  const kind = /\.([a-z]+)$/i.exec(name ?? "")?.[1]?.toLowerCase();
  if (name === undefined || !["csv", "tsv", "tab", "jsonl", "ndjson", "json", "txt"].includes(kind ?? "")) {
    throw new RecurraError("data", {
      where: source.path,
      expected: "a .csv, .tsv, .jsonl, .txt, .json or .mid file, or a folder with .mid files",
      got: source.isFolder ? `a folder of ${source.files.length} other files` : shown(name ?? ""),
    });
  }
  const where = source.pathOf(name);
  const text = await readText(source, name);
  if (kind === "json") return readParts(text, where, given, options, faults);
  const format = isJsonLines(name) ? "json-lines" : kind === "txt" ? "lines" : "table";
  const examples = readConditionedSequences(text, where, format, faults, options as ConditionedSequenceOptions);
  const isMusic = examples.length > 0 && examples.every(({ sequence }) => typeof sequence !== "string");
  const unit = given ?? (isMusic ? "roll" : "char");
  const fits = isMusic ? unit === "roll" || unit === "events" : unit === "char" || unit === "word";
  if (fits || examples.length === 0) return done(unit, examples);
  throw wrongUnit(unit, isMusic ? "roll or events" : "char or word", where);
}

function readParts(
  text: string,
  where: string,
  given: GeneratorData["unit"] | undefined,
  options: OptionValues,
  faults: DataFaults,
): GeneratorData {
  const unit = requireMusic(given ?? "roll", where);
  const rolls = readJsonRolls(text, where, faults);
  const of = (part: string): GeneratorExample[] | undefined =>
    rolls.get(part)?.map((sequence) => ({ condition: undefined, sequence }));
  const asked = options.part as string | undefined;
  const first = asked ?? (rolls.has("train") ? "train" : [...rolls.keys()][0]!);
  const examples = of(first);
  if (examples === undefined || (examples.length === 0 && faults.count === 0)) {
    throw new RecurraError("data", {
      where,
      expected: asked === undefined ? "at least one piece" : `a part ${shown(asked)}`,
      got: rolls.size === 0 ? "none" : `the parts ${[...rolls.keys()].join(", ")}`,
    });
  }
  if (asked !== undefined) return { unit, examples };
  const other = (part: string) => (part === first ? undefined : of(part));
  return { unit, examples, valid: other("valid"), test: other("test") };
}

function requireMusic(unit: GeneratorData["unit"], where: string): "roll" | "events" {
  if (unit === "roll" || unit === "events") return unit;
  throw wrongUnit(unit, "roll or events", where);
}

function wrongUnit(unit: string, expected: string, where: string): RecurraError {
  return new RecurraError("option", { where: `${where}, --unit`, expected, got: unit });
}
