import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RecurraError, shown } from "../core/errors.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { OptionRow, OptionValues } from "../tasks/task.ts";

const isCell = (value: unknown): value is Cell =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<Cell>).graph === "function" &&
  Array.isArray((value as Partial<Cell>).states);

/** Whether the text given for a cell names a file: `./my-cell.js#name`. */
export function isCellFile(text: string): boolean {
  return /\.[cm]?[jt]s(#|$)/.test(text);
}

/** Loads the cell of a user's own that `./my-cell.js#name` names; without a name, the default export. */
async function loadCell(text: string, where: string): Promise<Cell> {
  const [file = "", name = "default"] = text.split("#");
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    // what defineCell says of the equations, word for word
    if (cause instanceof RecurraError) {
      throw new RecurraError("data", { ...cause.parts, where: `${where} ${shown(text)}, ${cause.parts.where}`, cause });
    }
    const missing = (cause as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
    const got = existsSync(file) ? (cause as Error).message.split("\n")[0]! : "no such file";
    throw new RecurraError("data", {
      where: `${where} ${shown(text)}`,
      expected: "a JavaScript module that can be loaded",
      got,
      ...(missing ? { hint: "Check its path, and that what it imports is installed." } : {}),
      cause,
    });
  }
  const found = module[name];
  if (isCell(found)) return found;
  const cells = Object.keys(module).filter((key) => isCell(module[key]));
  throw new RecurraError("data", {
    where: `${where} ${shown(text)}`,
    expected: `an exported cell ${shown(name)}, made by defineCell`,
    got: found === undefined ? "none of that name" : typeof found,
    hint:
      cells.length === 0 ? "The module exports no cell." : `It exports ${cells.map((key) => `#${key}`).join(", ")}.`,
  });
}

/** The options with cells loaded where they name a file. */
export async function withCells(
  rows: readonly OptionRow[],
  values: OptionValues,
  where: string,
): Promise<OptionValues> {
  const loaded: Record<string, OptionValues[string]> = { ...values };
  for (const { kind, name, flag } of rows) {
    const value = values[name];
    if (kind === "cell" && typeof value === "string" && isCellFile(value)) {
      loaded[name] = await loadCell(value, `${where}, --${flag}`);
    }
  }
  return loaded;
}
