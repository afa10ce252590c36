import { RecurraError, shown } from "../../core/errors.ts";
import { chooseTokens, type TokenChoice } from "./choose-tokens.ts";
import { oneHot } from "./one-hot.ts";
import { segments } from "./segments.ts";
import { unicodeNote, unicodeVersion } from "./unicode-version.ts";
import { END, UNKNOWN, type Vocabulary } from "./vocabulary.ts";
import { VocabularyJson } from "./vocabulary-json.ts";
import { WORD_TABLE_VERSION } from "./word-character-ranges.ts";
import { splitWords } from "./word-splitting.ts";

/** How a word vocabulary is built from text. */
export interface WordVocabularyOptions extends TokenChoice {
  /**
   * "rule" (default) is `splitWords`, the same on every runtime; "intl" is Intl.Segmenter, which knows the words of Chinese, Japanese and Thai but changes with
   * the runtime's Unicode version: that is recorded, and the promise that the same seed gives the same bytes leaves it out.
   */
  readonly splitter?: "rule" | "intl";
  /**
   * Whether "The" and "the" are one word, written small; default false, since a model that writes text should write capitals.
   * `toLowerCase` is used, which differs between runtimes only for letters younger than their Unicode version.
   */
  readonly lowerCase?: boolean;
}

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

type Parts = Omit<WordVocabularyJson, "kind">;

const UNKNOWN_ID = 0;
const END_ID = 1;
/** Special tokens before the words. */
const FIRST = 2;

/** Signs that stand close to the word before them. */
const CLOSING = new Set(".,;:!?)]}%…'’”»،؛؟。、，．！？；：）」』】》〉");
/** Signs that stand close to the word after them. */
const OPENING = new Set("([{“‘«¿¡$£€（「『【《〈");

/** The words of a text, by either splitter. */
function wordsOf(text: string, { splitter, lowerCase }: Pick<Parts, "splitter" | "lowerCase">): string[] {
  const words = splitter === "rule" ? splitWords(text) : segments(text, "word").filter((word) => /\S/.test(word));
  return lowerCase ? words.map((word) => word.toLowerCase()) : words;
}

/**
 * The words of a text and their ids: <UNK> is 0, <EOS> is 1, the words follow.
 *
 * Text is written back with a space between two tokens, but none before a sign such as . , ; : ! ? ) or an apostrophe, none after one such as ( or $, and a line end for <EOS>.
 * White space, line ends included, is not kept: decode(encode(s)) is s with its spaces as that rule sets them, and encoding it again gives the same ids (splitter "rule").
 *
 * @example
 * ```ts
 * const vocabulary = WordVocabulary.fromText("The cats, which ate the fish, were full.");
 * vocabulary.tokens; // "<UNK>", "<EOS>", ",", ".", "The", "ate", ...
 * vocabulary.decode(vocabulary.encode("The  fish , were dogs .")); // "The fish, were <UNK>."
 * ```
 */
export class WordVocabulary implements Vocabulary {
  readonly kind = "word";
  readonly size: number;
  readonly unknownId: number = UNKNOWN_ID;
  readonly endId: number = END_ID;
  readonly tokens: readonly string[];
  readonly note: string | undefined;
  readonly #parts: Parts;
  readonly #ids: Map<string, number> = new Map();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.tokens = [UNKNOWN, END, ...parts.words];
    this.size = this.tokens.length;
    this.tokens.forEach((token, id) => {
      this.#ids.set(token, id);
    });
    if (parts.splitter === "intl") this.note = unicodeNote(parts.unicode);
    else if (parts.unicode !== WORD_TABLE_VERSION) {
      this.note = `The vocabulary was made with the word table of Unicode ${parts.unicode}, and this version of the library has ${WORD_TABLE_VERSION}: some text may be split otherwise than in training.`;
    } else this.note = undefined;
  }

  /**
   * Counts the words of a text and gives each an id.
   *
   * @param text a text, or several as `encodeTexts` joins them.
   * @throws data when the text has no word or nothing is left after the cut; option when an option is out of range; unsupported for "intl" on a runtime without Intl.Segmenter.
   */
  static fromText(text: string | readonly string[], options: WordVocabularyOptions = {}): WordVocabulary {
    const { splitter = "rule", lowerCase = false } = options;
    const where = "WordVocabulary";
    if (splitter !== "rule" && splitter !== "intl") {
      throw new RecurraError("option", {
        where: `${where}, option splitter`,
        expected: '"rule" or "intl"',
        got: shown(splitter),
      });
    }
    const counts = new Map<string, number>();
    for (const one of typeof text === "string" ? [text] : text) {
      for (const word of wordsOf(one, { splitter, lowerCase })) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const specials = { where, noun: "word", always: FIRST, whenCut: 0, named: shown };
    const { tokens: words } = chooseTokens(counts, options, specials);
    const unicode = splitter === "rule" ? WORD_TABLE_VERSION : unicodeVersion();
    return new WordVocabulary({ words, lowerCase, splitter, unicode });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no word vocabulary.
   */
  static fromJSON(value: unknown, where = "WordVocabulary.fromJSON"): WordVocabulary {
    const json = new VocabularyJson(value, "word", where);
    return new WordVocabulary({
      words: json.tokens("words", "word", (word) => word !== UNKNOWN && word !== END && !/\s/.test(word)),
      lowerCase: json.flag("lowerCase"),
      splitter: json.choice("splitter", ["rule", "intl"]),
      unicode: json.version("unicode"),
    });
  }

  indexOf(token: string): number {
    const id = this.#ids.get(token) ?? (this.#parts.lowerCase ? this.#ids.get(token.toLowerCase()) : undefined);
    return id ?? UNKNOWN_ID;
  }

  split(text: string): string[] {
    return wordsOf(text, this.#parts);
  }

  encode(text: string): Int32Array {
    return Int32Array.from(this.split(text), (word) => this.#ids.get(word) ?? UNKNOWN_ID);
  }

  decode(ids: Iterable<number>): string {
    const parts: string[] = [];
    let before: number | undefined;
    for (const id of ids) {
      parts.push(this.textOf(id, before));
      before = id;
    }
    return parts.join("");
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
    const token = this.tokens[id];
    if (token !== undefined) return token;
    throw new RecurraError("data", {
      where: "WordVocabulary, id",
      expected: `an integer from 0 to ${this.size - 1}`,
      got: shown(id),
    });
  }

  oneHot(text: string): Uint8Array[] {
    return oneHot(this.encode(text), this.size);
  }

  toJSON(): WordVocabularyJson {
    return { kind: "word", ...this.#parts };
  }
}
