import { RecurraError, shown } from "../../core/errors.ts";

/** How a character vocabulary is built from text. */
export interface CharVocabularyOptions {
  /** Which character gets the first id: the most frequent, ties by code point (default), or the smallest code point. */
  readonly order?: "frequency" | "alphabetical";
  /** Characters seen fewer times become <UNK>; default 1, which keeps all. */
  readonly minCount?: number;
  /** The largest vocabulary, <UNK> counted; the most frequent characters stay. Default: no bound. */
  readonly maxSize?: number;
}

/** What `toJSON` writes and `fromJSON` reads. */
export interface CharVocabularyJson {
  readonly kind: "char";
  /** The characters in the order of their ids. */
  readonly characters: readonly string[];
  /** Whether id 0 is <UNK> and the characters start at 1. */
  readonly unknown: boolean;
}

const BASIC_PLANE = 0x10000;
const REPLACEMENT = "\ufffd";

function named(codePoint: number): string {
  return `${shown(String.fromCodePoint(codePoint))} (U+${codePoint.toString(16).toUpperCase().padStart(4, "0")})`;
}

/** Line and column, both from 1 and in characters, of a UTF-16 offset. */
function place(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) {
    line += 1;
    lineStart = i + 1;
  }
  return `line ${line}, column ${Array.from(text.slice(lineStart, at)).length + 1}`;
}

/**
 * The characters of a text, by code point, and their ids.
 *
 * Ids run from 0. Only a vocabulary that was cut (`minCount`, `maxSize`) has <UNK>, at id 0; there is no <EOS>: a character model reads running text.
 *
 * @example
 * ```ts
 * const vocabulary = CharVocabulary.fromText("banana");
 * vocabulary.encode("nab"); // Int32Array [1, 0, 2]
 * vocabulary.decode([1, 0, 2]); // "nab"
 * ```
 */
export class CharVocabulary {
  /** How many ids there are, <UNK> included. */
  readonly size: number;
  /** The id of <UNK>, or -1 where there is none. */
  readonly unknownId: number;
  readonly #characters: readonly string[];
  /** Id + 1 by code point of the basic plane, 0 where absent. */
  readonly #basic: Int32Array = new Int32Array(BASIC_PLANE);
  /** Id by code point beyond it. */
  readonly #astral: Map<number, number> = new Map();

  private constructor(characters: readonly string[], unknown: boolean) {
    const first = unknown ? 1 : 0;
    this.size = characters.length + first;
    this.unknownId = unknown ? 0 : -1;
    this.#characters = characters;
    characters.forEach((character, i) => {
      const codePoint = character.codePointAt(0)!;
      if (codePoint < BASIC_PLANE) this.#basic[codePoint] = first + i + 1;
      else this.#astral.set(codePoint, first + i);
    });
  }

  /**
   * Counts the characters of a text and gives each an id.
   *
   * @throws data when the text is empty or nothing is left after the cut; option when minCount or maxSize is no positive integer.
   */
  static fromText(text: string, options: CharVocabularyOptions = {}): CharVocabulary {
    const { order = "frequency", minCount = 1, maxSize = Number.MAX_SAFE_INTEGER } = options;
    for (const [name, value] of Object.entries({ minCount, maxSize })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RecurraError("option", {
          where: `CharVocabulary, option ${name}`,
          expected: "an integer of at least 1",
          got: shown(value),
        });
      }
    }
    if (text.length === 0) {
      throw new RecurraError("data", { where: "CharVocabulary", expected: "some text", got: "an empty text" });
    }
    const counts = new Map<number, number>();
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i)!;
      if (codePoint >= BASIC_PLANE) i += 1;
      counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
    }
    const byFrequency = Array.from(counts).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    let kept = byFrequency.filter(([, count]) => count >= minCount);
    if (kept.length > maxSize || (kept.length < byFrequency.length && kept.length >= maxSize)) {
      kept = kept.slice(0, maxSize - 1);
    }
    if (kept.length === 0) {
      throw new RecurraError("data", {
        where: "CharVocabulary",
        expected: `a character seen at least ${minCount} times within a vocabulary of ${shown(maxSize)}`,
        got: "none",
        hint: `The most frequent is ${named(byFrequency[0]![0])}, seen ${byFrequency[0]![1]} times: lower minCount or raise maxSize.`,
      });
    }
    const cut = kept.length < byFrequency.length;
    if (order === "alphabetical") kept.sort((a, b) => a[0] - b[0]);
    return new CharVocabulary(
      kept.map(([codePoint]) => String.fromCodePoint(codePoint)),
      cut,
    );
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no character vocabulary.
   */
  static fromJSON(value: unknown, where = "CharVocabulary.fromJSON"): CharVocabulary {
    const json = (typeof value === "object" && value !== null ? value : {}) as Partial<CharVocabularyJson>;
    const fail = (expected: string, got: unknown) => {
      const isObject = typeof got === "object" && got !== null;
      const name = isObject ? (Array.isArray(got) ? "a list" : "an object") : shown(got);
      return new RecurraError("file-format", { where, expected, got: name });
    };
    if (json.kind !== "char") throw fail('a vocabulary of kind "char"', json.kind);
    if (typeof json.unknown !== "boolean") throw fail('"unknown" as true or false', json.unknown);
    const characters = json.characters;
    if (!Array.isArray(characters) || characters.length === 0) throw fail('"characters" as a list', characters);
    const seen = new Set<string>();
    for (const character of characters as readonly unknown[]) {
      const isOne = typeof character === "string" && character.length > 0 && Array.from(character).length === 1;
      if (!isOne || seen.has(character)) throw fail("each of the characters to be one character, once", character);
      seen.add(character);
    }
    return new CharVocabulary(Array.from(characters as readonly string[]), json.unknown);
  }

  /** The characters in the order of their ids, without <UNK>. */
  get characters(): readonly string[] {
    return this.#characters;
  }

  #idOf(codePoint: number): number {
    const id = codePoint < BASIC_PLANE ? this.#basic[codePoint]! - 1 : (this.#astral.get(codePoint) ?? -1);
    return id >= 0 ? id : this.unknownId;
  }

  /** The id of one character; of an unknown one the id of <UNK>, or -1 where there is none. */
  indexOf(char: string): number {
    const codePoint = char.codePointAt(0);
    if (codePoint === undefined || char.length !== (codePoint < BASIC_PLANE ? 1 : 2)) return this.unknownId;
    return this.#idOf(codePoint);
  }

  /**
   * The ids of a text, one a code point.
   *
   * @throws data when a character is unknown and there is no <UNK>: the message names it and where it stands.
   */
  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length);
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i)!;
      const id = this.#idOf(codePoint);
      if (id < 0) {
        throw new RecurraError("data", {
          where: `text, character ${length + 1} (${place(text, i)})`,
          expected: `one of the ${this.size} characters of the vocabulary`,
          got: named(codePoint),
          hint: "The model was trained without it: remove it, or train on text that has it.",
        });
      }
      ids[length] = id;
      length += 1;
      if (codePoint >= BASIC_PLANE) i += 1;
    }
    return length === ids.length ? ids : ids.slice(0, length);
  }

  /**
   * The text of ids; <UNK> becomes U+FFFD.
   *
   * @throws data when an id is not from 0 to size - 1.
   */
  decode(ids: Iterable<number>): string {
    const first = this.unknownId + 1;
    const parts: string[] = [];
    for (const id of ids) {
      const character = id === 0 && first === 1 ? REPLACEMENT : this.#characters[id - first];
      if (character === undefined) {
        throw new RecurraError("data", {
          where: `CharVocabulary.decode, id ${parts.length}`,
          expected: `an integer from 0 to ${this.size - 1}`,
          got: shown(id),
        });
      }
      parts.push(character);
    }
    return parts.join("");
  }

  /** A plain object for `encoder.json`. */
  toJSON(): CharVocabularyJson {
    return { kind: "char", characters: this.#characters, unknown: this.unknownId >= 0 };
  }
}
