import { type Command, Option } from "commander";
import { RecurraError, shown } from "../core/errors.ts";
import { nearestHint } from "../core/nearest-name.ts";
import type { OptionRow, OptionValues } from "../tasks/task.ts";
import type { ConfigFile, FlagValue } from "./config-file.ts";
import { isCellFile } from "./load-cell.ts";

const PLACEHOLDERS = {
  integer: "n",
  number: "x",
  string: "text",
  choice: "name",
  cell: "name",
  model: "dir",
} as const;

/** "an integer from 1 to 8", "a number of at least 0". */
export function rangeOf({ kind, minimum, maximum }: OptionRow): string {
  const noun = kind === "integer" ? "an integer" : "a number";
  if (minimum !== undefined && maximum !== undefined) return `${noun} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${noun} of at least ${minimum}`;
  return maximum === undefined ? noun : `${noun} of at most ${maximum}`;
}

/**
 * Reads the text given for an option and checks it against its row.
 *
 * @param where the command and the flag, for messages.
 * @throws option when it is no number, out of range or none of the choices; the message says what is allowed.
 */
export function readOption(row: OptionRow, text: string, where: string): number | string {
  const fail = (expected: string, hint?: string) =>
    new RecurraError("option", { where, expected, got: shown(text), hint });
  if (row.kind === "choice" || row.kind === "cell") {
    const choices = row.choices ?? [];
    if (choices.includes(text) || (row.kind === "cell" && isCellFile(text))) return text;
    const more = row.kind === "cell" ? ", or a cell of your own as ./my-cell.js#name" : "";
    throw fail(`one of ${choices.join(", ")}${more}`, nearestHint(text, choices));
  }
  if (row.kind === "string" || row.kind === "model") return text;
  const shape = row.kind === "integer" ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const value = shape.test(text) ? Number(text) : Number.NaN;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = row;
  const exact = row.kind === "number" ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!exact || value < minimum || value > maximum) throw fail(rangeOf(row));
  return value;
}

/** The help line of a row: its meaning, its choices or range, and what holds when it is not given. */
export function helpOf(row: OptionRow): string {
  if (row.kind === "boolean") return row.fallback === true ? `turns off what is on: ${row.help}` : row.help;
  const notes: string[] = [];
  if (row.choices !== undefined)
    notes.push(row.choices.join(", ") + (row.kind === "cell" ? ", ./my-cell.js#name" : ""));
  if (row.minimum !== undefined || row.maximum !== undefined) notes.push(rangeOf(row).replace(/^an? /, ""));
  if (row.fallback !== undefined) notes.push(`default ${row.fallback}`);
  return notes.length === 0 ? row.help : `${row.help} (${notes.join("; ")})`;
}

/** How a row's flag is written: `--hidden`, and `--no-x` for a boolean that is on by default. */
export function flagOf({ flag, kind, fallback }: OptionRow): string {
  return kind === "boolean" && fallback === true ? `--no-${flag}` : `--${flag}`;
}

/** Gives a command one flag for every row: `--hidden <integer>`, `--lines`, and `--no-x` for a boolean that is on by default. */
export function addOptionFlags(command: Command, rows: readonly OptionRow[], where: string): void {
  for (const row of rows) {
    if (row.kind === "boolean") {
      // what is on by default may be said, too
      if (row.fallback === true) command.addOption(new Option(`--${row.flag}`).hideHelp());
      command.addOption(new Option(flagOf(row), helpOf(row)));
      continue;
    }
    const placeholder = PLACEHOLDERS[row.kind];
    const option = new Option(`--${row.flag} <${placeholder}>`, helpOf(row));
    command.addOption(option.argParser((text) => readOption(row, text, `${where}, --${row.flag}`)));
  }
}

/**
 * The options of a table that were given, by the library's names; those not given are left out, so that the library's defaults hold.
 *
 * @param config flags of a file, which those of the command line go before.
 * @throws option when two that exclude each other were given, or a value of the file does not fit.
 */
export function givenOptions(
  command: Command,
  rows: readonly OptionRow[],
  where: string,
  config?: ConfigFile,
): OptionValues {
  const values: Record<string, FlagValue> = {};
  for (const row of rows) {
    const attribute = new Option(`--${row.flag}`).attributeName();
    if (command.getOptionValueSource(attribute) === "cli") values[row.name] = command.getOptionValue(attribute);
  }
  requireOne(rows, values, where);
  const rivals = rows.filter(({ name }) => name in values).flatMap((row) => rivalsOf(row, rows));
  for (const row of rows) {
    const value = config?.flags.get(row.flag);
    // what the command line says goes before the file, also against a rival there
    if (value === undefined || row.name in values || rivals.includes(row)) continue;
    values[row.name] = fileOption(row, value, `${config!.path}, ${row.flag}`);
  }
  requireOne(rows, values, where);
  return values;
}

function fileOption(row: OptionRow, value: FlagValue, where: string): FlagValue {
  if (row.kind !== "boolean") return readOption(row, String(value), where);
  if (typeof value === "boolean") return value;
  throw new RecurraError("option", { where, expected: "true or false", got: shown(value) });
}

function rivalsOf(row: OptionRow, rows: readonly OptionRow[]): OptionRow[] {
  return rows.filter(({ name, excludes }) => row.excludes?.includes(name) === true || excludes?.includes(row.name));
}

/** Throws where two options that exclude each other were given. */
function requireOne(rows: readonly OptionRow[], values: OptionValues, where: string): void {
  for (const row of rows) {
    const other = rivalsOf(row, rows).find(({ name }) => name in values);
    if (!(row.name in values) || other === undefined) continue;
    throw new RecurraError("option", {
      where,
      expected: `--${row.flag} or --${other.flag}`,
      got: "both",
      hint: "Give one of them.",
    });
  }
}
