import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { RecurraError, shown } from "../core/errors.ts";
import { nearestHint } from "../core/nearest-name.ts";

/** A value that a flag can have. */
export type FlagValue = string | number | boolean;

/** The flags of a file. */
export interface ConfigFile {
  readonly path: string;
  readonly flags: ReadonlyMap<string, FlagValue>;
}

/**
 * Reads the flags of a YAML file: `hidden: 256`, a line a flag, without its dashes.
 *
 * @param known the flags that the command has.
 * @throws data when the file cannot be read or is no YAML map; option for a flag that the command does not have.
 */
export async function readConfigFile(path: string, known: readonly string[]): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const code = String((cause as { code?: unknown }).code);
    const got = code === "ENOENT" ? "no such file" : shown(code);
    throw new RecurraError("data", { where: path, expected: "a YAML file that can be read", got, cause });
  }
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = fault.linePos?.[0] ?? { line: 1, col: 1 };
    const [got = ""] = fault.message.split(" at line");
    throw new RecurraError("data", {
      where: `${path}, line ${line}, column ${col}`,
      expected: "YAML",
      got,
      cause: fault,
    });
  }
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const hint = "Write a line a flag, such as hidden: 256.";
    throw new RecurraError("data", { where: path, expected: "a map of flags", got: shown(text.trim()), hint });
  }
  const flags = new Map<string, FlagValue>();
  for (const [flag, given] of Object.entries(value)) {
    if (!known.includes(flag)) {
      throw new RecurraError("option", {
        where: `${path}, ${flag}`,
        expected: "a flag of the command",
        got: shown(flag),
        hint: nearestHint(flag, known),
      });
    }
    if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean") {
      throw new RecurraError("option", {
        where: `${path}, ${flag}`,
        expected: "a single value",
        got: given === null ? "none" : typeof given,
      });
    }
    flags.set(flag, given);
  }
  return { path, flags };
}
