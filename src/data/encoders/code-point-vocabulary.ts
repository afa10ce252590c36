import { RecurraError } from "../../core/errors.ts";
import { decoded, noToken } from "./decoded.ts";
import { namedCharacter } from "./named-character.ts";
import { oneHot } from "./one-hot.ts";
import { END, UNKNOWN, type Vocabulary } from "./vocabulary.ts";
import { VocabularyJson } from "./vocabulary-json.ts";

/** What `toJSON` writes and `fromJSON` reads. */
export interface CharVocabularyJson {
  readonly kind: "char";
  /** The characters in the order of their ids. */
  readonly characters: readonly string[];
  /** Whether the first id is <UNK>. */
  readonly unknown: boolean;
  /** Present and true where the id before the first character is <EOS>. */
  readonly end?: boolean | undefined;
  /** Present where characters are graphemes. */
  readonly unit?: "grapheme";
  /** The Unicode version that split the text into graphemes. */
  readonly unicode?: string;
}

/** The characters of a vocabulary and its special tokens. */
export interface Characters {
  readonly characters: readonly string[];
  readonly unknown: boolean;
  readonly end: boolean;
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

/** The fields of a saved vocabulary of code points or of graphemes. */
export function readCharacters(json: VocabularyJson, isGrapheme: boolean): Characters {
  const unknown = json.flag("unknown");
  const end = json.flag("end", false);
  const isOne = (token: string) => isGrapheme || token.length === (token.codePointAt(0)! < BASIC_PLANE ? 1 : 2);
  return { unknown, end, characters: json.tokens("characters", "character", isOne) };
}

/**
 * Code points and their ids: what a saved vocabulary of them needs. `CharVocabulary` adds how one is made, and graphemes.
 *
 * Ids run from 0. Only a vocabulary that was cut (`minCount`, `maxSize`) has <UNK>, and only one for lines (`end`) has <EOS>; both come before the characters.
 * The text of <UNK> is U+FFFD.
 */
export class CodePointVocabulary implements Vocabulary {
  readonly kind = "char";
  readonly size: number;
  readonly unknownId: number;
  readonly endId: number;
  /** The characters in the order of their ids, without <UNK> and <EOS>. */
  readonly characters: readonly string[];
  /** Special tokens before the characters. */
  readonly #first: number;
  /** Id + 1 by code point of the basic plane, 0 where absent. */
  readonly #basic: Int32Array = new Int32Array(BASIC_PLANE);
  /** Id of each character of more than one UTF-16 unit. */
  readonly #longer: Map<string, number> = new Map();

  protected constructor({ characters, unknown, end }: Characters) {
    this.unknownId = unknown ? 0 : -1;
    this.#first = (unknown ? 1 : 0) + (end ? 1 : 0);
    this.endId = end ? this.#first - 1 : -1;
    this.size = characters.length + this.#first;
    this.characters = characters;
    characters.forEach((character, i) => {
      if (character.length === 1) this.#basic[character.charCodeAt(0)] = this.#first + i + 1;
      else this.#longer.set(character, this.#first + i);
    });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no vocabulary of code points.
   */
  static fromJSON(value: unknown, where = "CharVocabulary.fromJSON"): CodePointVocabulary {
    return new CodePointVocabulary(readCharacters(new VocabularyJson(value, "char", where), false));
  }

  get note(): string | undefined {
    return undefined;
  }

  get tokens(): readonly string[] {
    return [...(this.unknownId < 0 ? [] : [UNKNOWN]), ...(this.endId < 0 ? [] : [END]), ...this.characters];
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
    return Array.from(text);
  }

  /** The ids of a text; the error of an unknown character names it and where it stands. */
  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length);
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      let id = this.#basic[text.charCodeAt(i)]! - 1;
      if (id < 0) {
        const character = String.fromCodePoint(text.codePointAt(i)!);
        id = this.known(character, text, i, length);
        i += character.length - 1;
      }
      ids[length] = id;
      length += 1;
    }
    return length === ids.length ? ids : ids.slice(0, length);
  }

  /** The id of a character, of <UNK> where it has none; throws where there is no <UNK>. */
  protected known(character: string, text: string, at: number, index: number): number {
    const id = this.indexOf(character);
    if (id >= 0) return id;
    throw new RecurraError("data", {
      where: `text, character ${index + 1} (${place(text, at)})`,
      expected: `one of the ${this.characters.length} characters of the vocabulary`,
      got: namedCharacter(character),
      hint: "The model was trained without it: remove it, or train on text that has it.",
    });
  }

  decode(ids: Iterable<number>): string {
    return decoded(this, ids);
  }

  textOf(id: number, _before?: number): string {
    if (id === this.endId && id >= 0) return "\n";
    if (id === this.unknownId && id >= 0) return REPLACEMENT;
    return this.characters[id - this.#first] ?? noToken("CharVocabulary", id, this.size);
  }

  oneHot(text: string): Uint8Array[] {
    return oneHot(this.encode(text), this.size);
  }

  toJSON(): CharVocabularyJson {
    return {
      kind: "char",
      characters: this.characters,
      unknown: this.unknownId >= 0,
      end: this.endId < 0 ? undefined : true,
    };
  }
}
