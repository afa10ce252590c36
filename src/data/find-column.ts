import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import type { DelimitedTable } from "./sources/delimited.ts";

/** Which column is looked for, and how it is called. */
export interface ColumnSearch {
  /** What the column is for: "text", "label". */
  readonly role: string;
  /** The flag that names it, without dashes: `text-column`. */
  readonly flag: string;
  /** What the user gave: a column's name, or its number from 1; undefined where it is to be found. */
  readonly asked?: string | undefined;
  /** Groups of names in lower case, the surest first: the first group with a column decides, and must have only one. */
  readonly names: readonly (readonly string[])[];
}

const LISTED = 12;

function listed(columns: readonly string[]): string {
  const shownNames = columns.slice(0, LISTED).map((name) => JSON.stringify(name));
  if (columns.length > LISTED) shownNames.push(`${columns.length - LISTED} more`);
  return shownNames.join(", ");
}

/**
 * The index of a column, by the name or number that the user gave, or by the names that such columns have.
 *
 * @param header the names of the columns; where a table has none, pass undefined and the column must be asked for by its number.
 * @param count how many columns there are.
 * @param where the file's name, for messages.
 * @throws data when the column asked for is not there, or none or several have a name that fits: the message lists the columns.
 * @example
 * ```ts
 * findColumn(["id", "label"], 2, "a.csv", { role: "label", flag: "label-column", names: [["label", "class"]] }); // 1
 * ```
 */
export function findColumn(
  header: readonly string[] | undefined,
  count: number,
  where: string,
  search: ColumnSearch,
): number {
  const found = searchColumn(header, count, search);
  if (typeof found === "number") return found;
  const numbered = count === 1 ? "a single column without a name" : `columns 1 to ${count} without names`;
  const unnamed = count === 0 ? "an empty table" : numbered;
  const columns = header === undefined ? unnamed : `columns ${listed(header)}`;
  throw new RecurraError("data", {
    where: search.asked === undefined ? where : `${where}, --${search.flag} ${search.asked}`,
    expected: search.asked === undefined ? `one column for the ${search.role}` : "one of the columns",
    got: found === "several" ? `several that fit among the ${columns}` : columns,
    hint: `Name it with --${search.flag}, by its name or its number from 1.`,
  });
}

/**
 * The columns of several searches.
 *
 * @param inOrder whether those of a table without names are its first ones, where they are not asked for.
 */
export function findColumns(
  { header, columns, where }: Pick<DelimitedTable, "header" | "columns" | "where">,
  searches: readonly ColumnSearch[],
  inOrder: boolean,
): number[] {
  return searches.map((search, i) => {
    const isPlaced = inOrder && header === undefined && search.asked === undefined && i < columns;
    return isPlaced ? i : findColumn(header, columns, where, search);
  });
}

/** The field of a JSON record that a search finds; what it asks for, or its role, where there is none. */
export function findField(record: Readonly<Record<string, unknown>>, search: Omit<ColumnSearch, "flag">): string {
  const fields = Object.keys(record);
  const found = searchColumn(fields, fields.length, search);
  return typeof found === "number" ? fields[found]! : (search.asked ?? search.role);
}

/** The fields of a record, for messages. */
export function shownFields(record: Readonly<Record<string, unknown>>): string {
  return `fields ${Object.keys(record)
    .map((name) => shown(name))
    .join(", ")}`;
}

/** Whether a search asks for a column by its name, which its table then has. */
export function asksByName({ asked }: ColumnSearch): boolean {
  return asked !== undefined && !/^\d+$/.test(asked);
}

/** As `findColumn`, but "none" or "several" instead of an error. */
export function searchColumn(
  header: readonly string[] | undefined,
  count: number,
  search: Pick<ColumnSearch, "asked" | "names">,
): number | "none" | "several" {
  const { asked, names } = search;
  if (asked !== undefined) {
    const exact = header?.indexOf(asked) ?? -1;
    if (exact >= 0) return exact;
    const number = Number(asked);
    return isInteger(number, 1, count) ? number - 1 : "none";
  }
  const lower = (header ?? []).map((name) => name.toLowerCase());
  for (const group of names) {
    const fitting = lower.flatMap((name, index) => (group.includes(name) ? [index] : []));
    if (fitting.length > 0) return fitting.length === 1 ? fitting[0]! : "several";
  }
  return "none";
}
