/** Checks options against a task's table and fills in its defaults. */
import { RecurraError } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import type { OptionRow, OptionValues } from "./task.ts";

function fits(row: OptionRow, value: unknown): boolean {
  switch (row.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "choice":
      return row.choices!.includes(value as string);
    case "cell":
      return row.choices!.includes(value as string) || (typeof value === "object" && value !== null);
    default: {
      if (typeof value !== "number" || !Number.isFinite(value)) return false;
      if (row.kind === "integer" && !Number.isSafeInteger(value)) return false;
      return value >= (row.minimum ?? value) && value <= (row.maximum ?? value);
    }
  }
}

/** What a row allows, in words. */
function allowed(row: OptionRow): string {
  if (row.kind === "cell") return `one of ${row.choices!.join(", ")}, or a cell of your own`;
  if (row.kind === "choice") return `one of ${row.choices!.join(", ")}`;
  if (row.kind === "boolean" || row.kind === "string") return `a ${row.kind}`;
  const noun = row.kind === "integer" ? "an integer" : "a number";
  if (row.minimum !== undefined && row.maximum !== undefined) return `${noun} from ${row.minimum} to ${row.maximum}`;
  if (row.minimum !== undefined) return `${noun} of at least ${row.minimum}`;
  return row.maximum === undefined ? noun : `${noun} of at most ${row.maximum}`;
}

/**
 * The options given, checked, with the table's defaults for the rest.
 *
 * @param where the function called, for messages.
 * @throws option for an unknown name, a value out of range, or two options that exclude each other.
 */
export function resolveOptions<Options extends object>(
  table: readonly OptionRow[],
  given: Options,
  where: string,
): OptionValues {
  const values = given as Record<string, unknown>;
  requireNames(
    where,
    given,
    table.map(({ name }) => name),
  );
  const isGiven = (name: string): boolean => values[name] !== undefined;
  const resolved: Record<string, OptionValues[string]> = {};
  for (const row of table) {
    const rivals = table.filter((other) => row.excludes?.includes(other.name) || other.excludes?.includes(row.name));
    const rival = rivals.find((other) => isGiven(other.name));
    if (!isGiven(row.name)) {
      if (rival === undefined) resolved[row.name] = row.fallback;
      continue;
    }
    const value = values[row.name];
    requireOption(`${where}, option ${row.name}`, value, fits(row, value), allowed(row));
    if (rival !== undefined) {
      throw new RecurraError("option", {
        where,
        expected: `${row.name} or ${rival.name}`,
        got: "both",
        hint: "Give one of them.",
      });
    }
    resolved[row.name] = value as OptionValues[string];
  }
  return resolved;
}
