import { shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { asksByName, type ColumnSearch, findColumns, findField, shownFields } from "../find-column.ts";
import type { Source } from "../source.ts";
import { cellPlace, readDelimited } from "./delimited.ts";
import { readJsonLines } from "./json-lines.ts";
import { isJsonLines, isTable, readRecords, readText } from "./read-records.ts";

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
  return await readRecords(source, faults, {
    expected: "pairs of a source and a target, in TSV, CSV or JSON Lines",
    reads: isTable,
    async read(name, where) {
      const text = await readText(source, name);
      return (isJsonLines(name) ? pairsOfJson : pairsOfTable)(text, where, searchesOf(options), faults);
    },
  });
}

/** The searches for the source and for the target. */
function searchesOf({ sourceColumn, targetColumn }: TextPairsOptions): readonly ColumnSearch[] {
  const asked = { source: sourceColumn, target: targetColumn };
  return ROLES.map((role) => ({ role, flag: `${role}-column`, asked: asked[role], names: NAMES[role] }));
}

function pairsOfTable(text: string, where: string, searches: readonly ColumnSearch[], faults: DataFaults): TextPair[] {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const first = readDelimited(firstLine, where, faults, { header: false });
  const cells = first.rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const isFound = ({ names }: ColumnSearch): boolean => cells.some((cell) => names.flat().includes(cell));
  const header = searches.some(asksByName) || searches.every(isFound);
  const table = readDelimited(text, where, faults, { header, knownNames: KNOWN });
  if (table.columns === 0) return [];
  const columns = findColumns(table, searches, true);
  return table.rows.flatMap((row) =>
    pairOf(
      columns.map((column) => ({ value: row.cells[column], place: cellPlace(table, row, column) })),
      faults,
    ),
  );
}

function pairsOfJson(text: string, where: string, searches: readonly ColumnSearch[], faults: DataFaults): TextPair[] {
  return readJsonLines(text, where, faults).flatMap(({ line, value }) => {
    const sides = searches.map((search) => {
      const field = findField(value, search);
      return { value: value[field], place: `${where}, line ${line}, field ${JSON.stringify(field)}` };
    });
    return pairOf(sides, faults, shownFields(value));
  });
}

/** What stands for one side, and where. */
interface Side {
  readonly value: unknown;
  readonly place: string;
}

/**
 * The pair of two sides, or none where one is no text or empty.
 *
 * @param others what there is instead of a side that is missing.
 */
function pairOf(sides: readonly Side[], faults: DataFaults, others?: string): TextPair[] {
  const [source, target] = sides.map(({ value }) => (typeof value === "string" ? value.trim() : undefined));
  if (source && target) return [{ source, target }];
  const odd = sides.find(({ value }) => typeof value !== "string") ?? sides[source === "" ? 0 : 1]!;
  const got = odd.value === undefined ? others! : typeof odd.value === "string" ? "an empty one" : shown(odd.value);
  faults.add({ where: odd.place, expected: "a text", got });
  return [];
}
