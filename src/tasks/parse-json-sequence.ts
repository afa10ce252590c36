/** A sequence that stands on one line of the command line, as JSON. */
import { RecurraError } from "../core/errors.ts";
import { jsonFault } from "../data/sources/json-lines.ts";
import { jsonPlace } from "../data/sources/json-place.ts";
import { isSequenceFault, readJsonSequence } from "../data/sources/json-sequence.ts";
import type { SequenceValue } from "../data/sources/labelled-sequence.ts";

/**
 * The sequence of a line: `[[1, 2], [3, 4]]`, or a record as data has them, `{"sequence": [[1, 2], [3, 4]]}`.
 *
 * @throws data when the line is no JSON, or no sequence; the message names the column.
 */
export function parseJsonSequence(line: string): SequenceValue {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const { at, got } = jsonFault(line, "line");
    throw new RecurraError("data", { where: `text, column ${at + 1}`, expected: "JSON", got, cause });
  }
  const isRecord = typeof value === "object" && value !== null && "sequence" in value;
  const sequence = readJsonSequence(isRecord ? (value as { sequence: unknown }).sequence : value);
  if (!isSequenceFault(sequence)) return sequence;
  const { path, expected, got } = sequence;
  const column = jsonPlace(line, [...(isRecord ? ["sequence"] : []), ...path]) + 1;
  throw new RecurraError("data", { where: `text, column ${column}`, expected, got });
}
