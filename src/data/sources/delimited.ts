import type { DataFaults } from "../data-faults.ts";
import { withoutMark } from "./without-mark.ts";

/** One row of a table of text. */
export interface DelimitedRow {
  /** The line on which the row begins, counted from 1. */
  readonly line: number;
  /** The text of each cell, quotes taken off. */
  readonly cells: readonly string[];
  /** The line on which each cell begins: another than the row's only after a quoted line end. */
  readonly cellLines: readonly number[];
}

/** A table as `readDelimited` gives it. */
export interface DelimitedTable {
  /** The file's name, for messages. */
  readonly where: string;
  /** The names of the columns, without white space around them; undefined where the first row is data. */
  readonly header: readonly string[] | undefined;
  /** Cells of every row. */
  readonly columns: number;
  readonly rows: readonly DelimitedRow[];
}

export interface DelimitedOptions {
  /** What stands between cells: default "," and, for a file that ends in .tsv or .tab, a tab. */
  readonly delimiter?: "," | "\t" | ";";
  /**
   * Whether `"` may surround a cell, doubled inside it. Default true for commas and semicolons (RFC 4180) and false for tabs, whose format has no quotes:
   * there a sentence may begin with one.
   */
  readonly quotes?: boolean;
  /** Whether the first row has the names of the columns; default by `looksLikeHeader`. */
  readonly header?: boolean | undefined;
  /** Names by which a header is known for certain, in lower case: "text", "label". */
  readonly knownNames?: readonly string[];
  /** Takes white space off both ends of cells and lets it stand before a quote; default false: it may be data. */
  readonly trim?: boolean;
}

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

/** Where reading stands. */
interface Cursor {
  at: number;
  line: number;
}

/** A character from 1 in its line, for messages. */
function characterOf(text: string, at: number): number {
  const start = Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
  return at - start + 1;
}

/** Past the line end at the cursor: \r\n, \n or \r. */
function passLineEnd(text: string, cursor: Cursor): void {
  if (cursor.at >= text.length) return;
  cursor.at += text.charCodeAt(cursor.at) === RETURN && text.charCodeAt(cursor.at + 1) === NEWLINE ? 2 : 1;
  cursor.line += 1;
}

/** The end of the cell that begins at `from`, where no quotes stand. */
function plainEnd(text: string, from: number, delimiter: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === delimiter || code === NEWLINE || code === RETURN) break;
  }
  return at;
}

/** A quoted cell that is not as it should be. */
interface QuoteFault {
  readonly at: number;
  readonly line: number;
  readonly expected: string;
  readonly got: string;
}

/** Reads the quoted cell that begins at the cursor; the cursor stands behind it, its line counted on. */
function quotedCell(text: string, cursor: Cursor, delimiter: number, trim: boolean): string | QuoteFault {
  const opened = { ...cursor };
  let value = "";
  let from = cursor.at + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close < 0) return { ...opened, expected: 'a " that ends the cell', got: "the end of the file" };
    value += text.slice(from, close);
    if (text.charCodeAt(close + 1) !== QUOTE) {
      cursor.at = close + 1;
      break;
    }
    value += '"';
    from = close + 2;
  }
  cursor.line += value.match(/\r\n|\n|\r/g)?.length ?? 0;
  const end = plainEnd(text, cursor.at, delimiter);
  const behind = text.slice(cursor.at, end);
  if (behind !== "" && !(trim && behind.trim() === "")) {
    const got = JSON.stringify(behind.slice(0, 40));
    return { at: cursor.at, line: cursor.line, expected: "the cell's end after its closing quote", got };
  }
  cursor.at = end;
  return trim ? value.trim() : value;
}

/** Every row of a text, well-formed ones only: a fault of quotes costs the line on which its row began. */
function* rowsOf(
  text: string,
  where: string,
  options: { readonly delimiter: number; readonly quotes: boolean; readonly trim: boolean },
  faults: DataFaults,
): Generator<DelimitedRow> {
  const { delimiter, quotes, trim } = options;
  const cursor: Cursor = { at: 0, line: 1 };
  while (cursor.at < text.length) {
    const start = { ...cursor };
    const cells: string[] = [];
    const cellLines: number[] = [];
    let fault: QuoteFault | undefined;
    for (;;) {
      cellLines.push(cursor.line);
      if (trim) while (text[cursor.at] === " ") cursor.at += 1;
      if (quotes && text.charCodeAt(cursor.at) === QUOTE) {
        const cell = quotedCell(text, cursor, delimiter, trim);
        if (typeof cell !== "string") {
          fault = cell;
          break;
        }
        cells.push(cell);
      } else {
        const end = plainEnd(text, cursor.at, delimiter);
        const cell = text.slice(cursor.at, end);
        cells.push(trim ? cell.trim() : cell);
        cursor.at = end;
      }
      if (cursor.at >= text.length || text.charCodeAt(cursor.at) !== delimiter) break;
      cursor.at += 1;
    }
    if (fault !== undefined) {
      const { at, line, expected, got } = fault;
      faults.add({ where: `${where}, line ${line}, character ${characterOf(text, at)}`, expected, got });
      cursor.at = start.at;
      cursor.line = start.line;
      while (cursor.at < text.length && text[cursor.at] !== "\n" && text[cursor.at] !== "\r") cursor.at += 1;
      passLineEnd(text, cursor);
      continue;
    }
    passLineEnd(text, cursor);
    yield { line: start.line, cells, cellLines };
  }
}

/** Whether a cell holds a finite number. */
export function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/**
 * Whether the first row of a table has the names of its columns.
 *
 * It has when one of its cells is a known name. Otherwise names are neither empty, nor numbers, nor equal, and there must be evidence in a column: all its
 * other cells are numbers, or they repeat each other (half of them or more) and never the first. Two columns of sentences give no evidence, so no header.
 */
export function looksLikeHeader(rows: readonly DelimitedRow[], knownNames: readonly string[] = []): boolean {
  const [first, ...rest] = rows;
  if (first === undefined) return false;
  const names = first.cells.map((cell) => cell.trim());
  // a single row is one of names only where each is known
  if (rest.length === 0) return names.every((name) => knownNames.includes(name.toLowerCase()));
  if (names.some((name) => knownNames.includes(name.toLowerCase()))) return true;
  if (names.some((name) => name === "" || isNumber(name)) || new Set(names).size < names.length) return false;
  return names.some((name, column) => {
    const cells = rest.map((row) => row.cells[column]?.trim() ?? "");
    if (cells.every(isNumber)) return true;
    const distinct = new Set(cells);
    return distinct.size <= cells.length / 2 && !distinct.has(name);
  });
}

/**
 * Reads comma-, semicolon- or tab-separated text, as RFC 4180 has it.
 *
 * Lines end at \r\n, \n or \r; a byte order mark is dropped. A line without any character is no row, except in a table of one column, where it is an empty cell.
 * A row with another number of cells than the first, or with a quote that nothing ends, is a fault: it is added and left out.
 *
 * @param where the file's name, for messages, and for its ending.
 * @param faults takes what is wrong, with line and column; the caller finishes it.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * const faults = new DataFaults();
 * const table = readDelimited('text,label\n"one, two",good\n', "a.csv", faults, { header: true });
 * table.header; // ["text", "label"]
 * table.rows[0]?.cells; // ["one, two", "good"]
 * ```
 * Source: RFC 4180, section 2; for tabs the registration of text/tab-separated-values.
 */
export function readDelimited(
  text: string,
  where: string,
  faults: DataFaults,
  options: DelimitedOptions = {},
): DelimitedTable {
  const { delimiter = /\.(tsv|tab)$/i.test(where) ? "\t" : ",", trim = false } = options;
  const quotes = options.quotes ?? delimiter !== "\t";
  const read = [
    ...rowsOf(withoutMark(text, where), where, { delimiter: delimiter.charCodeAt(0), quotes, trim }, faults),
  ];
  const isBlank = (row: DelimitedRow): boolean => row.cells.length === 1 && row.cells[0] === "";
  const columns = read.find((row) => !isBlank(row))?.cells.length ?? 0;
  const rows = columns === 1 ? read : read.filter((row) => !isBlank(row));
  const even = rows.filter((row) => {
    if (row.cells.length === columns) return true;
    const expected = `${columns} cells, as in line ${rows[0]!.line}`;
    const column = `column ${Math.min(row.cells.length, columns) + 1}`;
    faults.add({ where: `${where}, line ${row.line}, ${column}`, expected, got: `${row.cells.length}` });
    return false;
  });
  const hasHeader = options.header ?? looksLikeHeader(even, options.knownNames);
  const header = hasHeader ? even[0]?.cells.map((cell) => cell.trim()) : undefined;
  return { where, header, columns, rows: hasHeader ? even.slice(1) : even };
}

/** Where a cell stands, for messages: `names.csv, line 412, column "label"`. */
export function cellPlace(table: DelimitedTable, row: DelimitedRow, column: number): string {
  const name = table.header?.[column];
  const shownColumn = name === undefined ? String(column + 1) : JSON.stringify(name);
  return `${table.where}, line ${row.cellLines[column] ?? row.line}, column ${shownColumn}`;
}
