/** Option tables. */
import type { OptionRow } from "./task.ts";

/** A row as a table says it: without a flag that is the name with hyphens. */
export type SaidRow = Omit<OptionRow, "flag"> & Partial<Pick<OptionRow, "flag">>;

/** A row that says how data is read. */
export function readingRow(name: string, help: string, excludes?: readonly string[]): SaidRow {
  return { name, kind: "string", reading: true, help, excludes };
}

/** Rows with their flags: that of `textColumn` is `text-column`, where the row does not say another. */
export function optionRows(rows: readonly SaidRow[]): readonly OptionRow[] {
  return rows.map((row) => ({ flag: row.name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`), ...row }));
}
