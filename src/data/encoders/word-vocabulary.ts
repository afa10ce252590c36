import { countsOf } from "../../core/counts-of.ts";
import { shown } from "../../core/errors.ts";
import { requireOption } from "../../core/require-option.ts";
import { toTexts } from "../../core/require-text.ts";
import { chooseTokens, type TokenChoice } from "./choose-tokens.ts";
import { casedWords, RuleWordVocabulary, readWords, type Words } from "./rule-word-vocabulary.ts";
import { segments } from "./segments.ts";
import { unicodeNote, unicodeVersion } from "./unicode-version.ts";
import { WORD_TABLE_VERSION } from "./word-character-runs.ts";
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

/** <UNK> and <EOS>. */
const SPECIALS = 2;

/** The words of a text, by either splitter. */
function wordsOf(text: string, { splitter, lowerCase }: Pick<Words, "splitter" | "lowerCase">): string[] {
  const words = splitter === "rule" ? splitWords(text) : segments(text, "word").filter((word) => /\S/.test(word));
  return casedWords(words, lowerCase);
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
export class WordVocabulary extends RuleWordVocabulary {
  /**
   * Counts the words of a text and gives each an id.
   *
   * @param text a text, or several as `encodeTexts` joins them.
   * @throws data when the text has no word or nothing is left after the cut; option when an option is out of range, or a text is none; unsupported for "intl" on a runtime without Intl.Segmenter.
   */
  static fromText(text: string | readonly string[], options: WordVocabularyOptions = {}): WordVocabulary {
    const { splitter = "rule", lowerCase = false } = options;
    const where = "WordVocabulary";
    requireOption(
      `${where}, option splitter`,
      splitter,
      splitter === "rule" || splitter === "intl",
      '"rule" or "intl"',
    );
    const counts = countsOf(toTexts(where, text).flatMap((one) => wordsOf(one, { splitter, lowerCase })));
    const specials = { where, noun: "word", always: SPECIALS, whenCut: 0, named: shown };
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
  static override fromJSON(value: unknown, where = "WordVocabulary.fromJSON"): WordVocabulary {
    return new WordVocabulary(readWords(value, where));
  }

  override get note(): string | undefined {
    return this.words.splitter === "rule" ? super.note : unicodeNote(this.words.unicode);
  }

  override split(text: string): string[] {
    return wordsOf(text, this.words);
  }
}
