import { RecurraError, shown } from "../core/errors.ts";
import type { JsonObject } from "./model-files.ts";

/** Whether a value of JSON is an object. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object as the bytes of a file that a person may read. */
export const writeJsonFile = (value: JsonObject): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

/**
 * Reads a file that holds a JSON object.
 *
 * @param where the file's name, for messages.
 * @throws file-format when it does not.
 */
export function readJsonFile(bytes: Uint8Array, where: string): JsonObject {
  const text = new TextDecoder().decode(bytes).trim();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RecurraError("file-format", {
      where,
      expected: "JSON",
      got: text === "" ? "an empty file" : shown(text),
      // a page, which many servers answer with status 200 where there is no such file
      hint: text.startsWith("<") ? "Is the address right?" : `${(cause as Error).message}.`,
      cause,
    });
  }
  if (isJsonObject(value)) return value as JsonObject;
  throw new RecurraError("file-format", { where, expected: "a JSON object", got: shown(text) });
}
