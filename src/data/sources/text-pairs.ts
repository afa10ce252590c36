import { type ErrorParts, RecurraError, shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { findColumn, searchColumn } from "../find-column.ts";
import type { Source } from "../source.ts";
import { decodeText } from "./decode-text.ts";
import { cellPlace, readDelimited } from "./delimited.ts";
import { readJsonLines } from "./json-lines.ts";

/** A text and the text that it becomes. */
export interface TextPair {
  readonly source: string;
  readonly target: string;
}

export interface TextPairsOptions {
  /** The source's column, or its field of JSON Lines: by name, or by number from 1; found where absent. */
  readonly sourceColumn?: string | undefined;
  readonly targetColumn?: string | undefined;
}

const NAMES = {
  source: [
    ["source", "src"],
    ["input", "from", "x"],
  ],
  target: [
    ["target", "tgt", "trg"],
    ["output", "translation", "to", "y"],
  ],
} as const;
const KNOWN = Object.values(NAMES).flat(2);
const ROLES = ["source", "target"] as const;
const ENDINGS = /\.(tsv|tab|csv|jsonl|ndjson)$/i;

/**
 * Reads pairs of texts: TSV, CSV or JSON Lines, or a folder of such files.
 *
 * Columns are found by the names source and target (or src, input, from; tgt, output, translation, to); a table without
 * such a header has the source first and the target second, and further columns are left alone. White space around a
 * text is dropped.
 *
 * @param faults takes ragged rows, damaged lines and empty texts; the caller finishes it.
 * @throws data when there is no pair at all, or a column is not to be found.
 * @example
 * ```ts
 * import { DataFaults, readTextPairs, sourceOfFiles } from "recurra/data";
 * const source = sourceOfFiles("pairs.tsv", { "pairs.tsv": "Go.\tVa !\nRun!\tCours !\n" });
 * const pairs = await readTextPairs(source, {}, new DataFaults()); // [{ source: "Go.", target: "Va !" }, …]
 * ```
 */
export async function readTextPairs(
  source: Source,
  options: TextPairsOptions,
  faults: DataFaults,
): Promise<TextPair[]> {
  const names = source.isFolder ? source.files.filter((name) => ENDINGS.test(name)) : source.files;
  const pairs: TextPair[] = [];
  for (const name of names) {
    const where = source.pathOf(name);
    const text = decodeText(await source.read(name), where);
    const read = /\.(jsonl|ndjson)$/i.test(name) ? pairsOfJson : pairsOfTable;
    for (const pair of read(text, where, options, faults)) pairs.push(pair);
  }
  if (pairs.length > 0 || faults.count > 0) return pairs;
  throw new RecurraError("data", {
    where: source.path,
    expected: "pairs of a source and a target, in TSV, CSV or JSON Lines",
    got: source.isFolder && names.length === 0 ? "a folder without such files" : "none",
  });
}

function pairsOfTable(text: string, where: string, options: TextPairsOptions, faults: DataFaults): TextPair[] {
  const asked = { source: options.sourceColumn, target: options.targetColumn };
  const isNamed = Object.values(asked).some((name) => name !== undefined && !/^\d+$/.test(name));
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const first = readDelimited(firstLine, where, faults, { header: false });
  const cells = first.rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const header = isNamed || ROLES.every((role) => cells.some((cell) => NAMES[role].flat().includes(cell as never)));
  const table = readDelimited(text, where, faults, { header, knownNames: KNOWN });
  if (table.columns === 0) return [];
  const [sourceAt, targetAt] = ROLES.map((role, i) => {
    if (table.header === undefined && asked[role] === undefined && table.columns > i) return i;
    const search = { role, flag: `${role}-column`, asked: asked[role], names: NAMES[role] };
    return findColumn(table.header, table.columns, where, search);
  }) as [number, number];
  return table.rows.flatMap((row) => {
    const pair = { source: row.cells[sourceAt]!.trim(), target: row.cells[targetAt]!.trim() };
    return checked(pair, (role) => cellPlace(table, row, role === "source" ? sourceAt : targetAt), faults);
  });
}

function pairsOfJson(text: string, where: string, options: TextPairsOptions, faults: DataFaults): TextPair[] {
  return readJsonLines(text, where, faults).flatMap(({ line, value }) => {
    const fields = Object.keys(value);
    const found: Partial<Record<"source" | "target", string>> = {};
    const placeOf = (field: string): string => `${where}, line ${line}, field ${JSON.stringify(field)}`;
    const fieldOf: Partial<Record<"source" | "target", string>> = {};
    for (const role of ROLES) {
      const asked = role === "source" ? options.sourceColumn : options.targetColumn;
      const index = searchColumn(fields, fields.length, { asked, names: NAMES[role] });
      const field = typeof index === "number" ? fields[index]! : (asked ?? role);
      const given = value[field];
      fieldOf[role] = field;
      if (typeof given === "string") {
        found[role] = given.trim();
        continue;
      }
      const got =
        given === undefined ? `fields ${fields.map((name) => JSON.stringify(name)).join(", ")}` : shown(given);
      faults.add({ where: placeOf(field), expected: "a text", got });
      return [];
    }
    const pair = { source: found.source!, target: found.target! };
    return checked(pair, (role) => placeOf(fieldOf[role]!), faults);
  });
}

/** The pair, or none where a side is empty. */
function checked(pair: TextPair, placeOf: (role: "source" | "target") => string, faults: DataFaults): TextPair[] {
  const empty = ROLES.find((role) => pair[role] === "");
  if (empty === undefined) return [pair];
  const fault: ErrorParts = { where: placeOf(empty), expected: "a text", got: "an empty one" };
  faults.add(fault);
  return [];
}
