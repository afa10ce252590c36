/** What a generator learns from: sequences, each with its condition; read from tables, JSON rolls or MIDI files. */
import { RecurraError, shown } from "../core/errors.ts";
import type { DataFaults } from "../data/data-faults.ts";
import type { Condition } from "../data/encoders/condition-encoder.ts";
import { HIGHEST_PITCH, LOWEST_PITCH, notesToRoll, type PianoRoll } from "../data/encoders/piano-roll.ts";
import { findColumn, searchColumn } from "../data/find-column.ts";
import type { Source } from "../data/source.ts";
import { decodeText } from "../data/sources/decode-text.ts";
import { cellPlace, readDelimited } from "../data/sources/delimited.ts";
import { readJsonLines } from "../data/sources/json-lines.ts";
import { readJsonRolls } from "../data/sources/json-rolls.ts";
import { type MidiPiece, midiToNotes, readMidi } from "../interop/index.ts";
import type { OptionValues } from "./task.ts";

/** A text, a roll, or a piece of notes. */
export type Sequence = string | PianoRoll | MidiPiece;

/** One sequence with what it is to be made from. */
export interface GeneratorExample {
  readonly condition: Condition;
  readonly sequence: Sequence;
  /** Its file and line, for messages. */
  readonly where?: string;
}

export interface GeneratorData {
  readonly unit: "char" | "word" | "roll" | "events";
  readonly examples: readonly GeneratorExample[];
  /** Parts of their own to validate on and to be tested on, where the data has them. */
  readonly valid?: readonly GeneratorExample[];
  readonly test?: readonly GeneratorExample[];
}

const SEQUENCE_NAMES = [["sequence"], ["text", "name", "word", "line"]];
const CONDITION_NAMES = [["condition"], ["label", "category", "class"]];
const KNOWN_NAMES = [...SEQUENCE_NAMES, ...CONDITION_NAMES].flat();

interface SequenceRecord {
  readonly where: string;
  readonly conditionWhere: string;
  readonly sequence: unknown;
  readonly condition: readonly string[] | undefined;
}

/** The rows of CSV or TSV as records. */
function tableRecords(text: string, where: string, options: OptionValues, faults: DataFaults): SequenceRecord[] {
  const table = readDelimited(text, where, faults, { knownNames: KNOWN_NAMES });
  const { header, columns } = table;
  const asked = options.sequenceColumn as string | undefined;
  const askedConditions = (options.conditionColumn as string | undefined)?.split(",").map((name) => name.trim());
  const search = (role: string, flag: string, names: readonly (readonly string[])[], given: string | undefined) =>
    findColumn(header, columns, where, { role, flag, names, asked: given });
  let conditions: number[] = [];
  if (options.conditionKind !== "none") {
    if (askedConditions !== undefined) {
      conditions = askedConditions.map((name) => search("condition", "condition-column", CONDITION_NAMES, name));
    } else {
      const found = searchColumn(header, columns, { names: CONDITION_NAMES, asked: undefined });
      if (typeof found === "number") conditions = [found];
      else if (header === undefined && columns === 2 && asked === undefined) conditions = [0];
    }
  }
  // a table of one column beside the conditions needs no name
  const others = Array.from({ length: columns }, (_, column) => column).filter((each) => !conditions.includes(each));
  const only = asked === undefined && others.length === 1 ? others[0] : undefined;
  const sequenceColumn = only ?? search("sequence", "sequence-column", SEQUENCE_NAMES, asked);
  return table.rows.map((row) => ({
    where: cellPlace(table, row, sequenceColumn),
    conditionWhere: cellPlace(table, row, conditions[0] ?? 0),
    sequence: row.cells[sequenceColumn]!,
    condition: conditions.length === 0 ? undefined : conditions.map((column) => row.cells[column]!),
  }));
}

/** The fields of JSON Lines as records. */
function jsonRecords(text: string, where: string, options: OptionValues, faults: DataFaults): SequenceRecord[] {
  const field = (value: Readonly<Record<string, unknown>>, asked: unknown, names: readonly string[]): string =>
    (asked as string | undefined) ?? names.find((name) => name in value) ?? names[0]!;
  return readJsonLines(text, where, faults).map(({ line, value }) => {
    const name = field(value, options.sequenceColumn, [...SEQUENCE_NAMES.flat(), "roll"]);
    const conditionName = field(value, options.conditionColumn, CONDITION_NAMES.flat());
    const condition = options.conditionKind === "none" ? undefined : value[conditionName];
    const list = condition === undefined || condition === null ? undefined : [condition].flat().map(String);
    return {
      where: `${where}, line ${line}, field ${JSON.stringify(name)}`,
      conditionWhere: `${where}, line ${line}, field ${JSON.stringify(conditionName)}`,
      sequence: value[name],
      condition: list,
    };
  });
}

function isRoll(value: unknown): value is number[][] {
  const isPitch = (pitch: unknown): boolean =>
    Number.isInteger(pitch) && (pitch as number) >= LOWEST_PITCH && (pitch as number) <= HIGHEST_PITCH;
  return Array.isArray(value) && value.every((step) => Array.isArray(step) && step.every(isPitch));
}

/** Records as examples; those without a sequence, or with an odd condition, are faults. */
function examplesOf(records: readonly SequenceRecord[], options: OptionValues, faults: DataFaults): GeneratorExample[] {
  const given = records.filter(({ condition }) => condition !== undefined);
  const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));
  const wanted = options.conditionKind;
  const several = given.some(({ condition }) => condition!.length > 1);
  const numbers =
    wanted === "numbers" ||
    (wanted === undefined && given.length > 0 && (several || given.every(({ condition }) => isNumber(condition![0]!))));
  const examples: GeneratorExample[] = [];
  for (const { where, conditionWhere, sequence, condition } of records) {
    const isText = typeof sequence === "string";
    if (isText ? sequence.trim() === "" : !isRoll(sequence) || sequence.length === 0) {
      const got = sequence === undefined ? "none" : isText ? "an empty text" : shown(JSON.stringify(sequence));
      faults.add({ where, expected: "a sequence: a text, or a list of steps of pitches", got });
      continue;
    }
    if (condition === undefined && given.length > 0) {
      faults.add({ where: conditionWhere, expected: "a condition, as the other records have", got: "none" });
      continue;
    }
    const odd = condition?.find((text) => (numbers ? !isNumber(text) : text.trim() === ""));
    if (odd !== undefined) {
      faults.add({ where: conditionWhere, expected: numbers ? "a number" : "a label", got: shown(odd) });
      continue;
    }
    const steps = isText ? sequence.trim() : (sequence as number[][]);
    const roll = isText ? steps : (steps as number[][]).map((step) => [...new Set(step)].sort((a, b) => a - b));
    examples.push({
      condition: condition === undefined ? undefined : numbers ? condition.map(Number) : condition.join(","),
      sequence: roll,
      where,
    });
  }
  return examples;
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
 * @param options the rows of `generatorReadingRows`.
 * @throws data when the data is of no such kind, or has no sequence.
 */
export async function readGeneratorData(
  source: Source,
  options: OptionValues,
  faults: DataFaults,
): Promise<GeneratorData> {
  const midi = source.files.filter((name) => MIDI.test(name));
  const given = options.unit as GeneratorData["unit"] | undefined;
  const stepQuarters = (options.stepQuarters as number | undefined) ?? 1;
  const done = (unit: GeneratorData["unit"], examples: readonly GeneratorExample[], parts = {}): GeneratorData => {
    if (examples.length > 0 || faults.count > 0) return { unit, examples, ...parts };
    throw new RecurraError("data", { where: source.path, expected: "at least one sequence", got: "none" });
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
  const text = decodeText(await source.read(name), where);
  if (kind === "json") return readParts(text, where, given, options, faults);
  const records =
    kind === "jsonl" || kind === "ndjson"
      ? jsonRecords(text, where, options, faults)
      : kind === "txt"
        ? lineRecords(text, where)
        : tableRecords(text, where, options, faults);
  const examples = examplesOf(records, options, faults);
  const isMusic = examples.length > 0 && examples.every(({ sequence }) => typeof sequence !== "string");
  const unit = given ?? (isMusic ? "roll" : "char");
  const fits = isMusic ? unit === "roll" || unit === "events" : unit === "char" || unit === "word";
  if (fits || examples.length === 0) return done(unit, examples);
  throw wrongUnit(unit, isMusic ? "roll or events" : "char or word", where);
}

/** Lines of text, each a sequence without a condition. */
function lineRecords(text: string, where: string): SequenceRecord[] {
  return text.split(/\r\n|\n/).flatMap((line, index): SequenceRecord[] => {
    const place = `${where}, line ${index + 1}`;
    if (line.trim() === "") return [];
    return [{ where: place, conditionWhere: place, sequence: line, condition: undefined }];
  });
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
  const [valid, test] = [of("valid"), of("test")];
  return {
    unit,
    examples,
    ...(valid === undefined || first === "valid" ? {} : { valid }),
    ...(test === undefined || first === "test" ? {} : { test }),
  };
}

function requireMusic(unit: GeneratorData["unit"], where: string): "roll" | "events" {
  if (unit === "roll" || unit === "events") return unit;
  throw wrongUnit(unit, "roll or events", where);
}

function wrongUnit(unit: string, expected: string, where: string): RecurraError {
  return new RecurraError("option", { where: `${where}, --unit`, expected, got: unit });
}
