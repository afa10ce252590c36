/** Sequences with what each is to be made from, in CSV, TSV, JSON Lines or lines of text. */
import { shown, shownJson } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import type { Condition } from "../encoders/condition-encoder.ts";
import { isRoll, type PianoRoll, toRoll } from "../encoders/piano-roll.ts";
import { findColumn, searchColumn } from "../find-column.ts";
import { cellPlace, isNumber, readDelimited } from "./delimited.ts";
import { readJsonLines } from "./json-lines.ts";

/** A sequence with its condition, and where each stands, for messages. */
export interface ConditionedSequence {
  readonly condition: Condition;
  readonly sequence: string | PianoRoll;
  readonly where: string;
  readonly conditionWhere: string;
}

/** How columns or fields are found. */
export interface ConditionedSequenceOptions {
  /** The column or field of the sequence, by name or by number from 1; default by its name. */
  readonly sequenceColumn?: string | undefined;
  /** That of the condition; several with commas between them are numbers. */
  readonly conditionColumn?: string | undefined;
  /** What a condition is; default numbers where all are, else labels, and none where there is no such column. */
  readonly conditionKind?: "label" | "numbers" | "none" | undefined;
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
function tableRecords(
  text: string,
  where: string,
  options: ConditionedSequenceOptions,
  faults: DataFaults,
): SequenceRecord[] {
  const table = readDelimited(text, where, faults, { knownNames: KNOWN_NAMES });
  const { header, columns } = table;
  const asked = options.sequenceColumn;
  const askedConditions = options.conditionColumn?.split(",").map((name) => name.trim());
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
function jsonRecords(
  text: string,
  where: string,
  options: ConditionedSequenceOptions,
  faults: DataFaults,
): SequenceRecord[] {
  const field = (value: Readonly<Record<string, unknown>>, asked: unknown, names: readonly string[]): string =>
    (asked as string | undefined) ?? names.find((name) => name in value) ?? names[0]!;
  return readJsonLines(text, where, faults).map(({ line, value }) => {
    const name = field(value, options.sequenceColumn, [...SEQUENCE_NAMES.flat(), "roll"]);
    const conditionName = field(value, options.conditionColumn, CONDITION_NAMES.flat());
    const several = conditionName in value ? [conditionName] : conditionName.split(",").map((each) => each.trim());
    const conditions = options.conditionKind === "none" ? [] : several.map((each) => value[each]);
    const isGiven = conditions.length > 0 && conditions.every((each) => each !== undefined && each !== null);
    const list = isGiven ? conditions.flat().map(String) : undefined;
    return {
      where: `${where}, line ${line}, field ${JSON.stringify(name)}`,
      conditionWhere: `${where}, line ${line}, field ${JSON.stringify(conditionName)}`,
      sequence: value[name],
      condition: list,
    };
  });
}

/** Records as examples; those without a sequence, or with an odd condition, are faults. */
function examplesOf(
  records: readonly SequenceRecord[],
  options: ConditionedSequenceOptions,
  faults: DataFaults,
): ConditionedSequence[] {
  const given = records.filter(({ condition }) => condition !== undefined);
  const wanted = options.conditionKind;
  const several = given.some(({ condition }) => condition!.length > 1);
  const numbers =
    wanted === "numbers" ||
    (wanted === undefined && given.length > 0 && (several || given.every(({ condition }) => isNumber(condition![0]!))));
  const examples: ConditionedSequence[] = [];
  for (const { where, conditionWhere, sequence, condition } of records) {
    const isText = typeof sequence === "string";
    if (isText ? sequence.trim() === "" : !isRoll(sequence) || sequence.length === 0) {
      const got = isText ? "an empty text" : shownJson(sequence);
      faults.add({ where, expected: "a sequence: a text, or a list of steps of pitches", got });
      continue;
    }
    const isAsked = options.conditionColumn !== undefined && wanted !== "none";
    if (condition === undefined && (given.length > 0 || isAsked)) {
      const expected = given.length > 0 ? "a condition, as the other records have" : "a condition";
      faults.add({ where: conditionWhere, expected, got: "none" });
      continue;
    }
    const odd = condition?.find((text) => (numbers ? !isNumber(text) : text.trim() === ""));
    if (odd !== undefined) {
      faults.add({ where: conditionWhere, expected: numbers ? "a number" : "a label", got: shown(odd) });
      continue;
    }
    examples.push({
      condition: condition === undefined ? undefined : numbers ? condition.map(Number) : condition.join(","),
      sequence: isText ? sequence.trim() : toRoll(sequence as number[][]),
      where,
      conditionWhere,
    });
  }
  return examples;
}

/** Lines of text, each a sequence without a condition. */
function lineRecords(text: string, where: string): SequenceRecord[] {
  return text.split(/\r\n|\n/).flatMap((line, index): SequenceRecord[] => {
    const place = `${where}, line ${index + 1}`;
    if (line.trim() === "") return [];
    return [{ where: place, conditionWhere: place, sequence: line, condition: undefined }];
  });
}

/**
 * Reads sequences with their conditions.
 *
 * @param format lines of text have no condition.
 * @param faults takes records without a sequence or with an odd condition, by line and column.
 * @throws data when the columns cannot be found.
 */
export function readConditionedSequences(
  text: string,
  where: string,
  format: "table" | "json-lines" | "lines",
  faults: DataFaults,
  options: ConditionedSequenceOptions = {},
): ConditionedSequence[] {
  const records =
    format === "table"
      ? tableRecords(text, where, options, faults)
      : format === "json-lines"
        ? jsonRecords(text, where, options, faults)
        : lineRecords(text, where);
  return examplesOf(records, options, faults);
}
