import { RecurraError, shown } from "../../core/errors.ts";
import { countCodePoints } from "../count-code-points.ts";
import { withLineEnds } from "../join-texts.ts";
import { chooseTokens, type TokenChoice } from "./choose-tokens.ts";
import { namedCharacter } from "./named-character.ts";
import { oneHot } from "./one-hot.ts";
import { segments } from "./segments.ts";
import { unicodeNote, unicodeVersion } from "./unicode-version.ts";
import { END, UNKNOWN, type Vocabulary } from "./vocabulary.ts";
import { VocabularyJson } from "./vocabulary-json.ts";

/** How a character vocabulary is built from text. */
export interface CharVocabularyOptions extends TokenChoice {
  /**
   * What a character is: a code point (default), or a grapheme, what a reader takes for one character.
   * Graphemes come from Intl.Segmenter and so depend on the runtime's Unicode version, which is recorded; the promise that the same seed gives the same bytes leaves them out.
   */
  readonly unit?: "codePoint" | "grapheme";
  /** Adds <EOS>, for lines that are sequences of their own; default false. */
  readonly end?: boolean;
}

/** What `toJSON` writes and `fromJSON` reads. */
export interface CharVocabularyJson {
  readonly kind: "char";
  /** The characters in the order of their ids. */
  readonly characters: readonly string[];
  /** Whether the first id is <UNK>. */
  readonly unknown: boolean;
  /** Present and true where the id before the first character is <EOS>. */
  readonly end?: boolean;
  /** Present where characters are graphemes. */
  readonly unit?: "grapheme";
  /** The Unicode version that split the text into graphemes. */
  readonly unicode?: string;
}

interface Parts {
  readonly characters: readonly string[];
  readonly unknown: boolean;
  readonly end: boolean;
  /** The Unicode version of graphemes; undefined for code points. */
  readonly unicode: string | undefined;
}

const BASIC_PLANE = 0x10000;
const REPLACEMENT = "\ufffd";

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

function countGraphemes(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const grapheme of segments(text, "grapheme")) counts.set(grapheme, (counts.get(grapheme) ?? 0) + 1);
  }
  return counts;
}

/**
 * The characters of a text and their ids.
 *
 * Ids run from 0. Only a vocabulary that was cut (`minCount`, `maxSize`) has <UNK>, and only one for lines (`end`) has <EOS>; both come before the characters.
 * The text of <UNK> is U+FFFD.
 *
 * @example
 * ```ts
 * const vocabulary = CharVocabulary.fromText("banana");
 * vocabulary.encode("nab"); // Int32Array [1, 0, 2]
 * vocabulary.decode([1, 0, 2]); // "nab"
 * ```
 */
export class CharVocabulary implements Vocabulary {
  readonly kind = "char";
  readonly size: number;
  readonly unknownId: number;
  readonly endId: number;
  readonly note: string | undefined;
  /** The Unicode version of graphemes; undefined for code points. */
  readonly #unicode: string | undefined;
  readonly #characters: readonly string[];
  /** Special tokens before the characters. */
  readonly #first: number;
  /** Id + 1 by code point of the basic plane, 0 where absent. */
  readonly #basic: Int32Array = new Int32Array(BASIC_PLANE);
  /** Id of each character of more than one UTF-16 unit. */
  readonly #longer: Map<string, number> = new Map();

  private constructor({ characters, unknown, end, unicode }: Parts) {
    this.unknownId = unknown ? 0 : -1;
    this.#first = (unknown ? 1 : 0) + (end ? 1 : 0);
    this.endId = end ? this.#first - 1 : -1;
    this.size = characters.length + this.#first;
    this.#unicode = unicode;
    this.note = unicode === undefined ? undefined : unicodeNote(unicode);
    this.#characters = characters;
    characters.forEach((character, i) => {
      if (character.length === 1) this.#basic[character.charCodeAt(0)] = this.#first + i + 1;
      else this.#longer.set(character, this.#first + i);
    });
  }

  /**
   * Counts the characters of a text and gives each an id.
   *
   * @param text a text, or several as `encodeTexts` joins them.
   * @throws data when the text is empty or nothing is left after the cut; option when an option is out of range; unsupported for graphemes on a runtime without Intl.Segmenter.
   */
  static fromText(text: string | readonly string[], options: CharVocabularyOptions = {}): CharVocabulary {
    const { unit = "codePoint", end = false } = options;
    const where = "CharVocabulary";
    if (unit !== "codePoint" && unit !== "grapheme") {
      throw new RecurraError("option", {
        where: `${where}, option unit`,
        expected: '"codePoint" or "grapheme"',
        got: shown(unit),
      });
    }
    const texts = typeof text === "string" ? [text] : end ? text : withLineEnds(text);
    if (texts.every((one) => one.length === 0)) {
      throw new RecurraError("data", { where, expected: "some text", got: "an empty text" });
    }
    const counts = unit === "grapheme" ? countGraphemes(texts) : countCodePoints(texts);
    const specials = { where, noun: "character", always: end ? 1 : 0, whenCut: 1, named: namedCharacter };
    const { tokens, cut } = chooseTokens(counts, options, specials);
    const unicode = unit === "grapheme" ? unicodeVersion() : undefined;
    return new CharVocabulary({ characters: tokens, unknown: cut, end, unicode });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no character vocabulary.
   */
  static fromJSON(value: unknown, where = "CharVocabulary.fromJSON"): CharVocabulary {
    const json = new VocabularyJson(value, "char", where);
    const unknown = json.flag("unknown");
    const end = json.flag("end", false);
    const isGrapheme = json.choice("unit", ["codePoint", "grapheme"], "codePoint") === "grapheme";
    const isOne = (token: string) => isGrapheme || token.length === (token.codePointAt(0)! < BASIC_PLANE ? 1 : 2);
    const characters = json.tokens("characters", "character", isOne);
    return new CharVocabulary({ characters, unknown, end, unicode: isGrapheme ? json.version("unicode") : undefined });
  }

  /** The characters in the order of their ids, without <UNK> and <EOS>. */
  get characters(): readonly string[] {
    return this.#characters;
  }

  get tokens(): readonly string[] {
    return [...(this.unknownId < 0 ? [] : [UNKNOWN]), ...(this.endId < 0 ? [] : [END]), ...this.#characters];
  }

  /** The id of a character, -1 where there is none. */
  #idOf(character: string): number {
    return character.length === 1 ? this.#basic[character.charCodeAt(0)]! - 1 : (this.#longer.get(character) ?? -1);
  }

  indexOf(token: string): number {
    if (token === END) return this.endId;
    const id = token === "" ? -1 : this.#idOf(token);
    return id >= 0 ? id : this.unknownId;
  }

  split(text: string): string[] {
    return this.#unicode === undefined ? Array.from(text) : segments(text, "grapheme");
  }

  /** The ids of a text; the error of an unknown character names it and where it stands. */
  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length);
    let length = 0;
    if (this.#unicode === undefined) {
      for (let i = 0; i < text.length; i++) {
        let id = this.#basic[text.charCodeAt(i)]! - 1;
        if (id < 0) {
          const character = String.fromCodePoint(text.codePointAt(i)!);
          id = this.#known(character, text, i, length);
          i += character.length - 1;
        }
        ids[length] = id;
        length += 1;
      }
    } else {
      let at = 0;
      for (const character of segments(text, "grapheme")) {
        ids[length] = this.#known(character, text, at, length);
        length += 1;
        at += character.length;
      }
    }
    return length === ids.length ? ids : ids.slice(0, length);
  }

  /** The id of a character, of <UNK> where it has none; throws where there is no <UNK>. */
  #known(character: string, text: string, at: number, index: number): number {
    const id = this.#idOf(character);
    if (id >= 0 || this.unknownId >= 0) return id >= 0 ? id : this.unknownId;
    throw new RecurraError("data", {
      where: `text, character ${index + 1} (${place(text, at)})`,
      expected: `one of the ${this.#characters.length} characters of the vocabulary`,
      got: namedCharacter(character),
      hint: "The model was trained without it: remove it, or train on text that has it.",
    });
  }

  decode(ids: Iterable<number>): string {
    const parts: string[] = [];
    for (const id of ids) parts.push(this.textOf(id));
    return parts.join("");
  }

  textOf(id: number, _before?: number): string {
    if (id === this.endId && id >= 0) return "\n";
    if (id === this.unknownId && id >= 0) return REPLACEMENT;
    const character = this.#characters[id - this.#first];
    if (character !== undefined) return character;
    throw new RecurraError("data", {
      where: "CharVocabulary, id",
      expected: `an integer from 0 to ${this.size - 1}`,
      got: shown(id),
    });
  }

  oneHot(text: string): Uint8Array[] {
    return oneHot(this.encode(text), this.size);
  }

  toJSON(): CharVocabularyJson {
    return {
      kind: "char",
      characters: this.#characters,
      unknown: this.unknownId >= 0,
      ...(this.endId < 0 ? {} : { end: true }),
      ...(this.#unicode === undefined ? {} : { unit: "grapheme", unicode: this.#unicode }),
    };
  }
}
