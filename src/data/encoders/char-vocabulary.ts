import { countsOf } from "../../core/counts-of.ts";
import { requireOption } from "../../core/require-option.ts";
import { toTexts } from "../../core/require-text.ts";
import { countCodePoints } from "../count-code-points.ts";
import { withLineEnds } from "../join-texts.ts";
import { chooseTokens, type TokenChoice } from "./choose-tokens.ts";
import {
  type Characters,
  type CharVocabularyJson,
  CodePointVocabulary,
  readCharacters,
} from "./code-point-vocabulary.ts";
import { namedCharacter } from "./named-character.ts";
import { segments } from "./segments.ts";
import { unicodeNote, unicodeVersion } from "./unicode-version.ts";
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
export class CharVocabulary extends CodePointVocabulary {
  /** The Unicode version of graphemes; undefined for code points. */
  readonly #unicode: string | undefined;

  private constructor(characters: Characters, unicode: string | undefined) {
    super(characters);
    this.#unicode = unicode;
  }

  /**
   * Counts the characters of a text and gives each an id.
   *
   * @param text a text, or several as `encodeTexts` joins them.
   * @throws data when the text is empty or nothing is left after the cut; option when an option is out of range, or a text is none; unsupported for graphemes on a runtime without Intl.Segmenter.
   */
  static fromText(text: string | readonly string[], options: CharVocabularyOptions = {}): CharVocabulary {
    const { unit = "codePoint", end = false } = options;
    const where = "CharVocabulary";
    requireOption(
      `${where}, option unit`,
      unit,
      unit === "codePoint" || unit === "grapheme",
      '"codePoint" or "grapheme"',
    );
    const given = toTexts(where, text);
    const texts = end ? given : withLineEnds(given);
    const counts =
      unit === "grapheme" ? countsOf(texts.flatMap((one) => segments(one, "grapheme"))) : countCodePoints(texts);
    const specials = { where, noun: "character", always: end ? 1 : 0, whenCut: 1, named: namedCharacter };
    const { tokens, cut } = chooseTokens(counts, options, specials);
    const unicode = unit === "grapheme" ? unicodeVersion() : undefined;
    return new CharVocabulary({ characters: tokens, unknown: cut, end }, unicode);
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no character vocabulary.
   */
  static override fromJSON(value: unknown, where = "CharVocabulary.fromJSON"): CharVocabulary {
    const json = new VocabularyJson(value, "char", where);
    const isGrapheme = json.choice("unit", ["codePoint", "grapheme"], "codePoint") === "grapheme";
    return new CharVocabulary(readCharacters(json, isGrapheme), isGrapheme ? json.version("unicode") : undefined);
  }

  override get note(): string | undefined {
    return this.#unicode === undefined ? undefined : unicodeNote(this.#unicode);
  }

  override split(text: string): string[] {
    return this.#unicode === undefined ? super.split(text) : segments(text, "grapheme");
  }

  override encode(text: string): Int32Array {
    if (this.#unicode === undefined) return super.encode(text);
    let at = 0;
    return Int32Array.from(segments(text, "grapheme"), (character, index) => {
      const id = this.known(character, text, at, index);
      at += character.length;
      return id;
    });
  }

  override toJSON(): CharVocabularyJson {
    const json = super.toJSON();
    return this.#unicode === undefined ? json : { ...json, unit: "grapheme", unicode: this.#unicode };
  }
}
