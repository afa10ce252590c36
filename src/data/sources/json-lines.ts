import { shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { withoutMark } from "./without-mark.ts";

/** One record of a JSON Lines file. */
export interface JsonRecord {
  /** Its line, counted from 1. */
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** The line itself, for the column of what is wrong in it. */
  readonly source: string;
}

const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * The place of the first character that is not JSON, from 0; the length of the text where it ends too soon. JSON.parse names it otherwise on each engine, or not
 * at all.
 */
export function jsonFaultAt(text: string): number {
  let at = 0;
  const pass = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const passSign = (sign: string): boolean => {
    pass(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const members = (end: string, member: () => boolean): boolean => {
    if (passSign(end)) return true;
    do {
      if (!member()) return false;
    } while (passSign(","));
    return passSign(end);
  };
  const value = (): boolean => {
    pass(SPACE);
    if (passSign("[")) return members("]", value);
    if (passSign("{")) {
      return members("}", () => {
        pass(SPACE);
        return pass(STRING) && passSign(":") && value();
      });
    }
    return pass(STRING) || pass(NUMBER) || pass(WORD);
  };
  if (value()) pass(SPACE);
  return at;
}

/** Where a text that is no JSON goes wrong, and what stands there. @param whole what it is: a line, a file. */
export function jsonFault(text: string, whole: string): { readonly at: number; readonly got: string } {
  const at = jsonFaultAt(text);
  return { at, got: at >= text.length ? `the end of the ${whole}` : shown(text.slice(at, at + 20)) };
}

/**
 * Reads JSON Lines: one JSON object a line.
 *
 * Lines end at \n or \r\n; lines of white space alone are no records. A line that is not a JSON object is a fault: it is added, with the character at which it goes
 * wrong, and left out.
 *
 * @param where the file's name, for messages.
 * @param faults takes what is wrong; the caller finishes it.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * const records = readJsonLines('{"text":"fine","label":"good"}\n', "a.jsonl", new DataFaults());
 * records[0]?.value.text; // "fine"
 * ```
 * Source: RFC 8259 and jsonlines.org.
 */
export function readJsonLines(text: string, where: string, faults: DataFaults): JsonRecord[] {
  const records: JsonRecord[] = [];
  withoutMark(text, where)
    .split(/\r\n|\n/)
    .forEach((source, index) => {
      if (source.trim() === "") return;
      const line = index + 1;
      let value: unknown;
      try {
        value = JSON.parse(source);
      } catch (cause) {
        const { at, got } = jsonFault(source, "line");
        faults.add({ where: `${where}, line ${line}, character ${at + 1}`, expected: "JSON", got, cause });
        return;
      }
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        records.push({ line, value: value as Record<string, unknown>, source });
      } else {
        const got = shown(source);
        faults.add({ where: `${where}, line ${line}, character 1`, expected: "a JSON object", got });
      }
    });
  return records;
}
