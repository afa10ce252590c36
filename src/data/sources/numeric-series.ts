/** A time series: rows of numbers in time order, out of a table of text. */
import { RecurraError, shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { findColumn } from "../find-column.ts";
import { formatTime, type ParsedTime, parseTime, TimeAxis, type TimeUnit } from "../time-axis.ts";
import { cellPlace, type DelimitedRow, type DelimitedTable, readDelimited } from "./delimited.ts";

/** One or several columns of numbers over time. */
export interface NumericSeries {
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** T: time steps. */
  readonly rows: number;
  /** As [T, columns], oldest first. */
  readonly values: Float64Array;
  /** When the rows were; undefined where the table has no times. */
  readonly axis: TimeAxis | undefined;
}

export interface NumericSeriesOptions {
  /** Names or numbers from 1 of the columns; default every column of numbers but that of the times. */
  readonly columns?: readonly string[] | undefined;
  /** The column of the times, by name or number; default one of ISO dates where there is one. */
  readonly timeColumn?: string | undefined;
}

/**
 * A series of numbers at hand.
 *
 * @param columns each column's values by its name, oldest first, as many of each.
 * @param times the time of the first row and the step from row to row, 1 unless given: days of `1999-12-31`, months of
 * `1999-12`, seconds of `1999-12-31T23:59`.
 * @throws data when columns differ in length, a value is not finite, or the time is none.
 * @example
 * ```ts
 * const series = numericSeries({ births: [9083, 8006, 11363] }, { start: "2000-01-01" });
 * ```
 */
export function numericSeries(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  times?: { readonly start: string; readonly step?: number },
): NumericSeries {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? ""]?.length ?? 0;
  const values = new Float64Array(rows * names.length);
  const wrong = (expected: string, got: string): RecurraError =>
    new RecurraError("data", { where: "numericSeries", expected, got });
  if (rows === 0) throw wrong("a column with a value or more", "none");
  names.forEach((name, j) => {
    const column = columns[name]!;
    if (column.length !== rows) throw wrong(`${rows} values in each column`, `${column.length} in ${shown(name)}`);
    for (let i = 0; i < rows; i++) {
      if (!Number.isFinite(column[i])) throw wrong("finite numbers", `${column[i]} in ${shown(name)} at index ${i}`);
      values[i * names.length + j] = column[i]!;
    }
  });
  if (times === undefined) return { columns: names, rows, values, axis: undefined };
  const first = parseTime(times.start);
  if (first === undefined) throw wrong("a start such as 1999-12-31", shown(times.start));
  return { columns: names, rows, values, axis: new TimeAxis(first.unit, first.value, times.step ?? 1) };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Rows by which the kind of a column is guessed. */
const LOOKED_AT = 50;

const isNumber = (text: string): boolean => NUMBER.test(text) && Number.isFinite(Number(text));

/** What stands for a value that is not there. */
const isMissing = (text: string): boolean => /^(nan|na|n\/a|null|none|-?inf(inity)?)?$/i.test(text);

/** Whether most of the first cells of a column are as asked. */
function mostly(table: DelimitedTable, column: number, test: (text: string) => boolean): boolean {
  const first = table.rows.slice(0, LOOKED_AT);
  return first.filter((row) => test(row.cells[column]!)).length > first.length / 2;
}

const isDate = (text: string): boolean => (parseTime(text)?.unit ?? "number") !== "number";

function timeColumnOf(table: DelimitedTable, asked: string | undefined): number | undefined {
  if (asked !== undefined) {
    const search = { role: "times", flag: "time-column", asked, names: [] };
    return findColumn(table.header, table.columns, table.where, search);
  }
  for (let column = 0; column < table.columns; column++) if (mostly(table, column, isDate)) return column;
  return undefined;
}

function valueColumnsOf(table: DelimitedTable, options: NumericSeriesOptions, time: number | undefined): number[] {
  if (options.columns !== undefined) {
    return options.columns.map((asked) =>
      findColumn(table.header, table.columns, table.where, { role: "numbers", flag: "column", asked, names: [] }),
    );
  }
  const all = Array.from({ length: table.columns }, (_, column) => column);
  const numeric = all.filter(
    (column) =>
      column !== time &&
      mostly(table, column, (text) => isNumber(text) || isMissing(text)) &&
      table.rows.some((row) => isNumber(row.cells[column]!)),
  );
  if (numeric.length > 0) return numeric;
  throw new RecurraError("data", {
    where: table.where,
    expected: "a column of numbers",
    got: table.rows.length === 0 ? "no row" : shown(table.rows[0]!.cells.join(",")),
    hint: "Name the column with --column.",
  });
}

/** The table, its first row taken for names where none of its cells is a number or a date. */
function readTable(text: string, where: string, faults: DataFaults): DelimitedTable {
  const firstLine = /^[^\r\n]*/.exec(text)![0];
  const delimiter = firstLine.includes("\t") ? "\t" : firstLine.includes(";") ? ";" : ",";
  const table = readDelimited(text, where, faults, { trim: true, delimiter, header: false });
  const names = table.rows[0]?.cells ?? [];
  const isHeader = names.some((name) => !isMissing(name)) && !names.some((name) => isNumber(name) || isDate(name));
  return isHeader ? { ...table, header: names, rows: table.rows.slice(1) } : table;
}

/** A table in time order: which row stands at which step. */
interface Ordered {
  readonly axis: TimeAxis | undefined;
  readonly rows: readonly DelimitedRow[];
  /** Step of each row; steps in between are missing. */
  readonly steps: readonly number[];
}

/** The most common distance from one time to the next. */
function usualStep(times: readonly number[]): number {
  const counts = new Map<number, number>();
  let [best, most] = [1, 0];
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    const count = (counts.get(step) ?? 0) + 1;
    counts.set(step, count);
    if (step > 0 && count > most) [best, most] = [step, count];
  }
  return best;
}

/** Days that all stand at one day of their months, as monthly data has them, in months. */
function inMonths(times: readonly ParsedTime[]): readonly ParsedTime[] | undefined {
  if (times.length < 3 || usualStep(times.map((time) => time.value)) < 28) return undefined;
  const texts = times.map((time) => formatTime(time));
  if (times[0]!.unit !== "day" || !texts.every((text) => text.slice(8) === texts[0]!.slice(8))) return undefined;
  return texts.map((text) => parseTime(text.slice(0, 7))!);
}

function orderOf(table: DelimitedTable, column: number, faults: DataFaults): Ordered {
  const parsed: { row: DelimitedRow; time: ParsedTime }[] = [];
  let unit: TimeUnit | undefined;
  for (const row of table.rows) {
    const time = parseTime(row.cells[column]!);
    unit ??= time?.unit;
    if (time !== undefined && time.unit === unit) parsed.push({ row, time });
    else {
      const expected = "a time such as 1999-12, 1999-12-31 or 1999-12-31T23:59, all of one kind, or a number";
      faults.add({ where: cellPlace(table, row, column), expected, got: shown(row.cells[column]) });
    }
  }
  const months = inMonths(parsed.map(({ time }) => time));
  const times = months ?? parsed.map(({ time }) => time);
  const step = usualStep(times.map((time) => time.value));
  const [first] = times;
  if (first === undefined) return { axis: undefined, rows: [], steps: [] };
  const axis = new TimeAxis(first.unit, first.value, step);
  const rows: DelimitedRow[] = [];
  const steps: number[] = [];
  parsed.forEach(({ row }, i) => {
    const at = (times[i]!.value - first.value) / step;
    const last = steps.at(-1) ?? -1;
    const isNext = at === last + 1;
    if (!isNext) faults.add(orderFault(table, row, column, axis, last, at));
    if (isNext || (at > last && Number.isInteger(at))) {
      rows.push(row);
      steps.push(at);
    }
  });
  const missing = (steps.at(-1) ?? 0) + 1 - rows.length;
  if (missing > rows.length) {
    throw new RecurraError("data", {
      where: `${table.where}, column ${shown(table.header?.[column] ?? column + 1)}`,
      expected: `evenly spaced times, ${shown(axis.format(0))}, ${shown(axis.format(1))} and so on`,
      got: `${rows.length} of ${rows.length + missing} times`,
      hint: "Is a year misspelt? Or leave --time-column out and name the columns of numbers.",
    });
  }
  return { axis, rows, steps };
}

function orderFault(
  table: DelimitedTable,
  row: DelimitedRow,
  column: number,
  axis: TimeAxis,
  last: number,
  at: number,
): { where: string; expected: string; got: string; hint?: string } {
  const where = cellPlace(table, row, column);
  const expected = shown(axis.format(last + 1));
  const text = shown(row.cells[column]);
  if (at === last) return { where, expected, got: `${text} once more` };
  if (at < last) return { where, expected, got: `${text}, which is earlier than the row before` };
  if (!Number.isInteger(at)) return { where, expected, got: `${text}, which lies between two steps` };
  const missing = at - last - 1;
  return { where, expected, got: `${text}, a gap of ${missing} ${missing === 1 ? "row" : "rows"}` };
}

/**
 * Reads a time series from a table of comma-, semicolon- or tab-separated text.
 *
 * Each row is a step of time, oldest first. Where there is a column of times, they must be evenly spaced (months of 28 to 31 days are).
 * Faults are added with line and column: a cell that is no number (empty, NaN, infinite), a time that is none, comes twice, goes back, or leaves a gap. When faults are skipped, a value
 * that is missing takes the one before it in its column (the first takes the next), steps in a gap likewise, and a row whose time does not go forward is left out.
 *
 * @param where the file's name, for messages.
 * @throws data when a column is not there, or no row is left.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * const faults = new DataFaults();
 * const series = readNumericSeries("day,births\n2000-01-01,9083\n2000-01-02,8006\n", "births.csv", faults);
 * faults.finish();
 * series.axis?.format(series.rows); // "2000-01-03": the first step to forecast
 * ```
 */
export function readNumericSeries(
  text: string,
  where: string,
  faults: DataFaults,
  options: NumericSeriesOptions = {},
): NumericSeries {
  const table = readTable(text, where, faults);
  const time = timeColumnOf(table, options.timeColumn);
  const columns = valueColumnsOf(table, options, time);
  const ordered: Ordered =
    time === undefined
      ? { axis: undefined, rows: table.rows, steps: Array.from(table.rows.keys()) }
      : orderOf(table, time, faults);
  const { axis, rows, steps } = ordered;
  if (rows.length === 0) {
    // what was wrong with the rows says more than that there are none
    if (!faults.skip) faults.finish();
    throw new RecurraError("data", { where, expected: "a row for each step of time", got: "none" });
  }
  const count = steps.at(-1)! + 1;
  const values = new Float64Array(count * columns.length).fill(Number.NaN);
  rows.forEach((row, r) => {
    columns.forEach((column, j) => {
      const cell = row.cells[column]!;
      if (isNumber(cell)) values[steps[r]! * columns.length + j] = Number(cell);
      else faults.add({ where: cellPlace(table, row, column), expected: "a number", got: shown(cell) });
    });
  });
  fillMissing(values, columns.length, where, faults);
  const names = columns.map((column) => table.header?.[column] ?? `column ${column + 1}`);
  return { columns: names, rows: count, values, axis };
}

/** A missing value takes the one before it, the first ones the first that is there. */
function fillMissing(values: Float64Array, columns: number, where: string, faults: DataFaults): void {
  for (let j = 0; j < columns; j++) {
    let known = Number.NaN;
    for (let i = j; i < values.length && Number.isNaN(known); i += columns) known = values[i]!;
    // what is wrong with a cell says more than that there are none
    if (Number.isNaN(known) && !faults.skip) faults.finish();
    if (Number.isNaN(known))
      throw new RecurraError("data", { where, expected: "numbers", got: "a column without any" });
    for (let i = j; i < values.length; i += columns) {
      if (Number.isNaN(values[i])) values[i] = known;
      known = values[i]!;
    }
  }
}
