import type { DataFaults } from "../data-faults.ts";
import { asksByName, type ColumnSearch, findColumns, findField, shownFields } from "../find-column.ts";
import type { Source } from "../source.ts";
import { cellPlace, readDelimited } from "./delimited.ts";
import { readJsonLines } from "./json-lines.ts";
import { jsonPlace } from "./json-place.ts";
import { isSequenceFault, readJsonSequence } from "./json-sequence.ts";
import { type LabelledSequence, labelKind, sequenceKind } from "./labelled-sequence.ts";
import { NamedSequences } from "./named-sequences.ts";
import { type LabelReading, readLabel } from "./read-label.ts";
import { isJsonLines, isTable, readRecords, readText } from "./read-records.ts";

export interface LabelledSequencesOptions {
  /** The column of the text, or the field of the sequence: by name, or by number from 1; found where absent. */
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  /** The column or field of a number: what sequences are is then a rating. */
  readonly targetColumn?: string | undefined;
  /** What stands between several labels in one cell. */
  readonly labelSeparator?: string | undefined;
  /** A regular expression over a FASTA description or a file's name, whose first group (or whole match) is the label. */
  readonly labelFrom?: string | undefined;
  /** A table beside the data with the names of FASTA records or files, and their labels. */
  readonly labelFile?: string | undefined;
}

const TEXT_NAMES = [
  ["text", "sentence", "sequence"],
  ["name", "input", "document", "review", "x"],
];
const LABEL_NAMES = [
  ["label", "labels", "class"],
  ["target", "category", "sentiment", "gender", "y"],
];
const KNOWN = [...TEXT_NAMES, ...LABEL_NAMES].flat();

type Searches = readonly [ColumnSearch, ColumnSearch];

/**
 * Reads sequences and what each of them is: CSV, TSV, JSON Lines, FASTA, or a folder.
 *
 * A folder has either such files, or a sub-folder for each label with a .txt or .wav file for each sequence, or with FASTA.
 * Columns are found by the names text (sentence, sequence, …) and label (class, …); a table of two columns without a header
 * has the text first. In JSON Lines a sequence may be a list of symbols, of numbers or of vectors, and a label a list of
 * labels. The label of a FASTA record is the last word of its description, where no option says otherwise. White space
 * around texts and labels is dropped. All sequences, and all labels, are of the kind of the first.
 *
 * @param faults takes ragged rows, damaged lines, empty texts and labels, numbers that are none; the caller finishes it.
 * @throws data when there is no example at all, or a column is not to be found.
 * @example
 * ```ts
 * import { DataFaults, readLabelledSequences, sourceOfFiles } from "recurra/data";
 * const source = sourceOfFiles("films.csv", { "films.csv": "text,label\na joy,good\na bore,bad\n" });
 * const examples = await readLabelledSequences(source, {}, new DataFaults());
 * examples[0]; // { sequence: "a joy", label: "good", where: "films.csv, line 2" }
 * ```
 */
export async function readLabelledSequences(
  source: Source,
  options: LabelledSequencesOptions,
  faults: DataFaults,
): Promise<LabelledSequence[]> {
  const reading = { isNumber: options.targetColumn !== undefined, separator: options.labelSeparator };
  const named = await NamedSequences.open(source, options, reading, faults);
  const isLabelled = (name: string): boolean => isTable(name) || named.reads(name);
  const examples = await readRecords(source, faults, {
    expected: "sequences and labels in CSV, TSV, JSON Lines or FASTA, or a folder of .txt or .wav files for each label",
    reads: (name) => isLabelled(name) && name !== options.labelFile,
    async read(name, where) {
      if (named.reads(name)) return await named.read(name);
      const text = await readText(source, name);
      return (isJsonLines(name) ? ofJson : ofTable)(text, where, searchesOf(options), reading, faults);
    },
  });
  return ofOneKind(examples, faults);
}

/** The searches for the column of the sequence and for that of its label. */
function searchesOf({ textColumn, labelColumn, targetColumn }: LabelledSequencesOptions): Searches {
  const isNumber = targetColumn !== undefined;
  return [
    { role: "text", flag: "text-column", asked: textColumn, names: TEXT_NAMES },
    {
      role: isNumber ? "number" : "label",
      flag: isNumber ? "target-column" : "label-column",
      asked: targetColumn ?? labelColumn,
      names: LABEL_NAMES,
    },
  ];
}

function ofTable(
  text: string,
  where: string,
  searches: Searches,
  reading: LabelReading,
  faults: DataFaults,
): LabelledSequence[] {
  const table = readDelimited(text, where, faults, {
    knownNames: KNOWN,
    trim: true,
    header: searches.some(asksByName) ? true : undefined,
  });
  if (table.columns === 0) return [];
  const [textAt, labelAt] = findColumns(table, searches, table.columns === 2) as [number, number];
  return table.rows.flatMap((row) => {
    const sequence = row.cells[textAt]!;
    if (sequence === "") {
      faults.add({ where: cellPlace(table, row, textAt), expected: "a text", got: "an empty one" });
      return [];
    }
    const read = readLabel(row.cells[labelAt], reading);
    if ("label" in read) return [{ sequence, label: read.label, where: `${where}, line ${row.line}` }];
    faults.add({ where: cellPlace(table, row, labelAt), ...read });
    return [];
  });
}

function ofJson(
  text: string,
  where: string,
  searches: Searches,
  reading: LabelReading,
  faults: DataFaults,
): LabelledSequence[] {
  return readJsonLines(text, where, faults).flatMap(({ line, value, source }) => {
    const place = `${where}, line ${line}`;
    const fieldPlace = (field: string, path: readonly number[] = []): string =>
      `${place}, column ${jsonPlace(source, [field, ...path]) + 1}, field ${JSON.stringify(field)}`;
    const [textField, labelField] = searches.map((search) => findField(value, search)) as [string, string];
    const missing = [textField, labelField].find((field) => !Object.hasOwn(value, field));
    if (missing !== undefined) {
      const expected = missing === textField ? "a text or a sequence" : `a ${searches[1].role}`;
      faults.add({ where: `${place}, field ${JSON.stringify(missing)}`, expected, got: shownFields(value) });
      return [];
    }
    const sequence = readJsonSequence(value[textField]);
    if (isSequenceFault(sequence)) {
      const { path, expected, got } = sequence;
      faults.add({ where: fieldPlace(textField, path), expected, got });
      return [];
    }
    const read = readLabel(value[labelField], reading);
    if ("label" in read) return [{ sequence, label: read.label, where: place }];
    faults.add({ where: fieldPlace(labelField), ...read });
    return [];
  });
}

/** The examples that are of the kind of the first; the others are faults. */
function ofOneKind(examples: readonly LabelledSequence[], faults: DataFaults): LabelledSequence[] {
  const [first] = examples;
  if (first === undefined) return [];
  const [sequence, label] = [sequenceKind(first.sequence), labelKind(first.label)];
  return examples.filter((example) => {
    const pairs = [
      ["sequence", sequence, sequenceKind(example.sequence)],
      ["label", label, labelKind(example.label)],
    ] as const;
    const odd = pairs.find(([, expected, got]) => expected !== got);
    if (odd === undefined) return true;
    const [what, expected, got] = odd;
    faults.add({ where: `${example.where}, ${what}`, expected: `${expected}, as in ${first.where}`, got });
    return false;
  });
}
