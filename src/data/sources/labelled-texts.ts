import { RecurraError, shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { findColumn, searchColumn } from "../find-column.ts";
import type { Source } from "../source.ts";
import { decodeText } from "./decode-text.ts";
import { cellPlace, readDelimited } from "./delimited.ts";
import { readFasta } from "./fasta.ts";
import { readJsonLines } from "./json-lines.ts";

/** A text, or another sequence of symbols, and what it is. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

export interface LabelledTextsOptions {
  /** The text's column, or its field of JSON Lines: by name, or by number from 1; found where absent. */
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
}

type Role = keyof LabelledText;

const ROLES = ["text", "label"] as const;
const NAMES: Readonly<Record<Role, readonly (readonly string[])[]>> = {
  text: [
    ["text", "sentence", "sequence"],
    ["name", "input", "document", "review", "x"],
  ],
  label: [
    ["label", "class"],
    ["target", "category", "sentiment", "gender", "y"],
  ],
};
const KNOWN = Object.values(NAMES).flat(2);
const TABLE = /\.(tsv|tab|csv|jsonl|ndjson)$/i;
const FASTA = /\.(fa|fas|fasta|fna)$/i;

/**
 * Reads texts with a label each: CSV, TSV, JSON Lines, FASTA, or a folder.
 *
 * A folder has either such files, or a sub-folder for each label with a .txt file for each text. Columns are found by the
 * names text (sentence, sequence, …) and label (class, …); a table of two columns without a header has the text first.
 * The label of a FASTA record is the last word of its description. White space around texts and labels is dropped.
 *
 * @param faults takes ragged rows, damaged lines, empty texts and labels; the caller finishes it.
 * @throws data when there is no example at all, or a column is not to be found.
 * @example
 * ```ts
 * import { DataFaults, readLabelledTexts, sourceOfFiles } from "recurra/data";
 * const source = sourceOfFiles("films.csv", { "films.csv": "text,label\na joy,good\na bore,bad\n" });
 * const examples = await readLabelledTexts(source, {}, new DataFaults()); // [{ text: "a joy", label: "good" }, …]
 * ```
 */
export async function readLabelledTexts(
  source: Source,
  options: LabelledTextsOptions,
  faults: DataFaults,
): Promise<LabelledText[]> {
  const isRead = (name: string): boolean => TABLE.test(name) || FASTA.test(name) || /^[^/]+\/.*\.txt$/i.test(name);
  const names = source.isFolder ? source.files.filter(isRead) : source.files;
  const examples: LabelledText[] = [];
  for (const name of names) {
    const where = source.pathOf(name);
    const text = decodeText(await source.read(name), where);
    let read: LabelledText[];
    if (/\.(jsonl|ndjson)$/i.test(name)) read = ofJson(text, where, options, faults);
    else if (FASTA.test(name)) read = ofFasta(text, where, faults);
    else if (source.isFolder && /\.txt$/i.test(name)) {
      read = checked({ text: text.trim(), label: name.split("/")[0]! }, () => where, faults);
    } else read = ofTable(text, where, options, faults);
    for (const example of read) examples.push(example);
  }
  if (examples.length > 0 || faults.count > 0) return examples;
  throw new RecurraError("data", {
    where: source.path,
    expected: "texts and labels in CSV, TSV, JSON Lines or FASTA, or a folder of .txt files for each label",
    got: source.isFolder && names.length === 0 ? "a folder without such files" : "none",
  });
}

function ofTable(text: string, where: string, options: LabelledTextsOptions, faults: DataFaults): LabelledText[] {
  const asked = { text: options.textColumn, label: options.labelColumn };
  const isNamed = Object.values(asked).some((name) => name !== undefined && !/^\d+$/.test(name));
  const table = readDelimited(text, where, faults, {
    knownNames: KNOWN,
    trim: true,
    ...(isNamed ? { header: true } : {}),
  });
  if (table.columns === 0) return [];
  const [textAt, labelAt] = ROLES.map((role, i) => {
    if (table.header === undefined && asked[role] === undefined && table.columns === 2) return i;
    const search = { role, flag: `${role}-column`, asked: asked[role], names: NAMES[role] };
    return findColumn(table.header, table.columns, where, search);
  }) as [number, number];
  return table.rows.flatMap((row) => {
    const example = { text: row.cells[textAt]!, label: row.cells[labelAt]! };
    return checked(example, (role) => cellPlace(table, row, role === "text" ? textAt : labelAt), faults);
  });
}

function ofJson(text: string, where: string, options: LabelledTextsOptions, faults: DataFaults): LabelledText[] {
  return readJsonLines(text, where, faults).flatMap(({ line, value }) => {
    const fields = Object.keys(value);
    const places = { text: "", label: "" };
    const found = { text: "", label: "" };
    for (const role of ROLES) {
      const asked = role === "text" ? options.textColumn : options.labelColumn;
      const index = searchColumn(fields, fields.length, { asked, names: NAMES[role] });
      const field = typeof index === "number" ? fields[index]! : (asked ?? role);
      const given = value[field];
      places[role] = `${where}, line ${line}, field ${JSON.stringify(field)}`;
      if (typeof given !== "string" && !(role === "label" && ["number", "boolean"].includes(typeof given))) {
        const got = given === undefined ? `fields ${fields.map((name) => shown(name)).join(", ")}` : shown(given);
        faults.add({ where: places[role], expected: role === "text" ? "a text" : "a label", got });
        return [];
      }
      found[role] = String(given).trim();
    }
    return checked(found, (role) => places[role], faults);
  });
}

function ofFasta(text: string, where: string, faults: DataFaults): LabelledText[] {
  return readFasta(text, where, faults).flatMap(({ line, description, sequence }) => {
    const label = description.split(/\s+/).at(-1)!;
    return checked({ text: sequence, label }, () => `${where}, line ${line}`, faults);
  });
}

/** The example, or none where its text or label is empty. */
function checked(example: LabelledText, placeOf: (role: Role) => string, faults: DataFaults): LabelledText[] {
  const empty = ROLES.find((role) => example[role] === "");
  if (empty === undefined) return [example];
  faults.add({ where: placeOf(empty), expected: `a ${empty}`, got: "an empty one" });
  return [];
}
