/** Piano rolls in JSON: for each piece its steps, for each step the pitches that sound. */
import { RecurraError, shown, shownJson } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { HIGHEST_PITCH, isPitch, LOWEST_PITCH, type PianoRoll, toRoll } from "../encoders/piano-roll.ts";
import { jsonFault } from "./json-lines.ts";
import { jsonPlace, lineAndColumn } from "./json-place.ts";
import { withoutMark } from "./without-mark.ts";

/** Pieces by the name of their part, "train", "valid" and "test" by custom; a file that is a plain list has one part, "". */
export type JsonRolls = ReadonlyMap<string, readonly PianoRoll[]>;

interface Fault {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly got: string;
}

/** Places are looked for in the text as often as they are kept. */
const PLACED = 20;

/** What is wrong with a piece, if anything is. */
function faultOf(piece: unknown, path: readonly (string | number)[]): Fault | undefined {
  if (!Array.isArray(piece)) return { path, expected: "a piece, a list of steps", got: shownJson(piece) };
  if (piece.length === 0) return { path, expected: "a piece of one step or more", got: "none" };
  for (const [t, step] of (piece as unknown[]).entries()) {
    if (!Array.isArray(step))
      return { path: [...path, t], expected: "a step, a list of pitches", got: shownJson(step) };
    for (const [i, pitch] of (step as unknown[]).entries()) {
      const expected = `a pitch from ${LOWEST_PITCH} to ${HIGHEST_PITCH}`;
      if (!isPitch(pitch)) return { path: [...path, t, i], expected, got: shownJson(pitch) };
    }
  }
  return undefined;
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { at, got } = jsonFault(text, "file");
    throw new RecurraError("data", { where: `${where}, ${lineAndColumn(text, at)}`, expected: "JSON", got, cause });
  }
}

/**
 * Reads piano rolls: `{"train": [[[60, 64, 67], [62]], …], "valid": …}`, or a list of pieces alone.
 *
 * @param where the file's name, for messages.
 * @param faults takes the pieces that are none, with line and column, and leaves them out; the caller finishes it.
 * @throws data when the text is no JSON, or neither a list nor an object of lists.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * const rolls = readJsonRolls('{"train": [[[60, 64, 67], []]]}', "tunes.json", new DataFaults());
 * rolls.get("train")?.length; // 1
 * ```
 */
export function readJsonRolls(text: string, where: string, faults: DataFaults): JsonRolls {
  const source = withoutMark(text, where);
  const value = parse(source, where);
  const parts = Array.isArray(value) ? { "": value } : value;
  if (typeof parts !== "object" || parts === null || Object.values(parts).some((part) => !Array.isArray(part))) {
    throw new RecurraError("data", {
      where,
      expected: "a list of pieces, or an object of such lists",
      got: shown(source.trimStart().slice(0, 40)),
    });
  }
  const rolls = new Map<string, PianoRoll[]>();
  for (const [name, pieces] of Object.entries(parts as Record<string, unknown[]>)) {
    const good: PianoRoll[] = [];
    pieces.forEach((piece, index) => {
      const fault = faultOf(piece, Array.isArray(value) ? [index] : [name, index]);
      if (fault !== undefined) {
        const { expected, got } = fault;
        const isPlaced = faults.count < PLACED;
        const place = isPlaced ? lineAndColumn(source, jsonPlace(source, fault.path)) : `piece ${index + 1}`;
        faults.add({ where: `${where}, ${place}`, expected, got });
        return;
      }
      good.push(toRoll(piece as number[][]));
    });
    rolls.set(name, good);
  }
  return rolls;
}
