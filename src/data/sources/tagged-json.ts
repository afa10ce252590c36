import { shown, shownJson } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { readJsonLines } from "./json-lines.ts";
import type { TaggedSentence } from "./tagged-sentence.ts";

/** Which members are read, and how a text becomes tokens. */
export interface TaggedJsonOptions {
  /** Default: the first of "tokens", "words", "text", "sequence", "x" that a record has. */
  readonly tokenColumn?: string | undefined;
  /** Default: the first of "tags", "labels", "y" that a record has. */
  readonly tagColumn?: string | undefined;
  /** Where tokens are one text: its words between white space (default), or its characters. */
  readonly unit?: "word" | "char" | undefined;
}

const TOKENS = ["tokens", "words", "text", "sequence", "x"];
const TAGS = ["tags", "labels", "y"];

/** A text's words between white space, or its characters (code points). */
export function tokensOf(text: string, unit: "word" | "char"): string[] {
  return unit === "char" ? Array.from(text) : text.split(/\s+/).filter((word) => word !== "");
}

/**
 * Reads tagged sentences from JSON Lines: `{"tokens": ["Harry", "sang"], "tags": ["B-PER", "O"]}`.
 *
 * Either may be one text: tokens are then its words, or its characters with unit "char"; tags are its words where it has white space, else its characters, so that
 * `{"sequence": "ACGT", "tags": "0110"}` serves. Tags may be numbers. A record without tokens, or with as many tags as tokens not, is a fault and left out.
 *
 * @param where the file's name, for messages.
 * @param faults takes what is wrong; the caller finishes it.
 */
export function readTaggedJson(
  text: string,
  where: string,
  faults: DataFaults,
  options: TaggedJsonOptions = {},
): TaggedSentence[] {
  const { tokenColumn, tagColumn, unit = "word" } = options;
  const sentences: TaggedSentence[] = [];
  for (const { line, value } of readJsonLines(text, where, faults)) {
    const place = `${where}, line ${line}`;
    const tokenKey = tokenColumn ?? TOKENS.find((key) => Object.hasOwn(value, key));
    const tagKey = tagColumn ?? TAGS.find((key) => Object.hasOwn(value, key));
    const tokens = listOf(tokenKey === undefined ? undefined : value[tokenKey], (all) => tokensOf(all, unit));
    const tags = listOf(tagKey === undefined ? undefined : value[tagKey], (all) =>
      tokensOf(all, /\s/.test(all.trim()) ? "word" : "char"),
    );
    const missing = (key: string | undefined, keys: readonly string[], what: string): void =>
      faults.add({
        where: key === undefined ? place : `${place}, member "${key}"`,
        expected:
          key === undefined
            ? `a member with ${what}: ${keys.map((one) => `"${one}"`).join(", ")}`
            : `a list of ${what}, none empty, or one text`,
        got: key === undefined ? shown(Object.keys(value)) : shownJson(value[key]),
      });
    if (tokens === undefined) missing(tokenKey, TOKENS, "tokens");
    else if (tags === undefined) missing(tagKey, TAGS, "tags");
    else if (tags.length !== tokens.length) {
      const expected = `${tokens.length} tags, one for each token`;
      faults.add({ where: `${place}, member "${tagKey}"`, expected, got: String(tags.length) });
    } else {
      sentences.push({ file: where, tokens, tags, lines: tokens.map(() => line), tagPlace: `member "${tagKey}"` });
    }
  }
  return sentences;
}

/** A list of texts or numbers, or what `split` makes of one text; undefined where there is neither, or something is empty. */
function listOf(value: unknown, split: (text: string) => string[]): string[] | undefined {
  if (typeof value === "string") {
    const made = split(value);
    return made.length === 0 ? undefined : made;
  }
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const items = value.map((item: unknown) => (typeof item === "number" ? String(item) : item));
  return items.every((item): item is string => typeof item === "string" && item.trim() !== "") ? items : undefined;
}
