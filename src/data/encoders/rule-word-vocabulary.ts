import { decoded, noToken } from "./decoded.ts";
import { oneHot } from "./one-hot.ts";
import { END, UNKNOWN, type Vocabulary } from "./vocabulary.ts";
import { VocabularyJson } from "./vocabulary-json.ts";
import { WORD_TABLE_VERSION } from "./word-character-runs.ts";
import { splitWords } from "./word-splitting.ts";

/** What `toJSON` writes and `fromJSON` reads. */
export interface WordVocabularyJson {
  readonly kind: "word";
  /** The words in the order of their ids, from 2. */
  readonly words: readonly string[];
  readonly lowerCase: boolean;
  readonly splitter: "rule" | "intl";
  /** The Unicode version of the rule's table, or of the Intl.Segmenter that split the text. */
  readonly unicode: string;
}

/** What a word vocabulary is made of. */
export type Words = Omit<WordVocabularyJson, "kind">;

const UNKNOWN_ID = 0;
const END_ID = 1;
/** Signs that stand close to the word before them. */
const CLOSING = new Set(".,;:!?)]}%…'’”»،؛؟。、，．！？；：）」』】》〉");
/** Signs that stand close to the word after them. */
const OPENING = new Set("([{“‘«¿¡$£€（「『【《〈");

/** The fields of a saved vocabulary of words. */
export function readWords(value: unknown, where: string): Words {
  const json = new VocabularyJson(value, "word", where);
  return {
    words: json.tokens("words", "word", (word) => word !== UNKNOWN && word !== END && !/\s/.test(word)),
    lowerCase: json.flag("lowerCase"),
    splitter: json.choice("splitter", ["rule", "intl"]),
    unicode: json.version("unicode"),
  };
}

/** The words as a vocabulary has them. */
export function casedWords(words: string[], lowerCase: boolean): string[] {
  return lowerCase ? words.map((word) => word.toLowerCase()) : words;
}

/**
 * Words of the fixed rule and their ids: what a saved vocabulary of them needs. `WordVocabulary` adds how one is made, and Intl.Segmenter's words.
 *
 * <UNK> is 0, <EOS> is 1, the words follow.
 */
export class RuleWordVocabulary implements Vocabulary {
  readonly kind = "word";
  readonly size: number;
  readonly unknownId: number = UNKNOWN_ID;
  readonly endId: number = END_ID;
  readonly tokens: readonly string[];
  protected readonly words: Words;
  readonly #ids: Map<string, number> = new Map();

  protected constructor(words: Words) {
    this.words = words;
    this.tokens = [UNKNOWN, END, ...words.words];
    this.size = this.tokens.length;
    this.tokens.forEach((token, id) => {
      this.#ids.set(token, id);
    });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no word vocabulary.
   */
  static fromJSON(value: unknown, where = "WordVocabulary.fromJSON"): RuleWordVocabulary {
    return new RuleWordVocabulary(readWords(value, where));
  }

  get note(): string | undefined {
    const { unicode } = this.words;
    if (unicode === WORD_TABLE_VERSION) return undefined;
    return `The vocabulary was made with the word table of Unicode ${unicode}, and this version of the library has ${WORD_TABLE_VERSION}: some text may be split otherwise than in training.`;
  }

  indexOf(token: string): number {
    const id = this.#ids.get(token) ?? (this.words.lowerCase ? this.#ids.get(token.toLowerCase()) : undefined);
    return id ?? UNKNOWN_ID;
  }

  split(text: string): string[] {
    return casedWords(splitWords(text), this.words.lowerCase);
  }

  encode(text: string): Int32Array {
    return Int32Array.from(this.split(text), (word) => this.#ids.get(word) ?? UNKNOWN_ID);
  }

  decode(ids: Iterable<number>): string {
    return decoded(this, ids);
  }

  textOf(id: number, before?: number): string {
    const token = this.#tokenOf(id);
    if (id === END_ID) return "\n";
    if (before === undefined || before === END_ID || CLOSING.has(token)) return token;
    const previous = this.#tokenOf(before);
    // A mark at the beginning of a word would join the sign before it.
    const isClose = OPENING.has(previous) && splitWords(previous + token)[0] === previous;
    return isClose ? token : ` ${token}`;
  }

  #tokenOf(id: number): string {
    return this.tokens[id] ?? noToken("WordVocabulary", id, this.size);
  }

  oneHot(text: string): Uint8Array[] {
    return oneHot(this.encode(text), this.size);
  }

  toJSON(): WordVocabularyJson {
    return { kind: "word", ...this.words };
  }
}
