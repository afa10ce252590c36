import { countsOf } from "../../core/counts-of.ts";
import { shown } from "../../core/errors.ts";
import { chooseTokens, type TokenChoice } from "./choose-tokens.ts";
import { UNKNOWN } from "./vocabulary.ts";
import { VocabularyJson } from "./vocabulary-json.ts";

/** What `toJSON` writes and `fromJSON` reads. */
export interface TokenVocabularyJson {
  readonly kind: "token";
  /** The tokens in the order of their ids, from 1. */
  readonly tokens: readonly string[];
}

const UNKNOWN_ID = 0;
const FIRST = 1;

/**
 * Tokens that the data has cut already, and their ids: <UNK> is 0, the tokens follow.
 *
 * Words of tagged sentences, letters of words, and endings of words are such tokens. Nothing is split and nothing is written back as text.
 *
 * @example
 * ```ts
 * const vocabulary = TokenVocabulary.fromTokens(["the", "cat", "the"]);
 * vocabulary.encode(["the", "dog"]); // 1, 0
 * ```
 */
export class TokenVocabulary {
  readonly kind = "token";
  readonly size: number;
  readonly unknownId: number = UNKNOWN_ID;
  /** All tokens in the order of their ids, "<UNK>" first. */
  readonly tokens: readonly string[];
  readonly #ids: Map<string, number> = new Map();

  private constructor(tokens: readonly string[]) {
    this.tokens = [UNKNOWN, ...tokens];
    this.size = this.tokens.length;
    tokens.forEach((token, i) => {
      this.#ids.set(token, i + FIRST);
    });
  }

  /**
   * Counts tokens and gives each an id, the most frequent first.
   *
   * @throws data when there is none, or none is left after the cut; option when an option is out of range.
   */
  static fromTokens(tokens: Iterable<string>, options: TokenChoice = {}): TokenVocabulary {
    const specials = { where: "TokenVocabulary", noun: "token", always: FIRST, whenCut: 0, named: shown };
    return new TokenVocabulary(chooseTokens(countsOf(tokens), options, specials).tokens);
  }

  /** The tokens that are seen `minCount` times or more; all of them where none is seen so often. */
  static ofFrequent(tokens: readonly string[], minCount: number): TokenVocabulary {
    const isFrequent = Array.from(countsOf(tokens).values()).some((count) => count >= minCount);
    return TokenVocabulary.fromTokens(tokens, { minCount: isFrequent ? minCount : 1 });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when the value is no vocabulary of tokens.
   */
  static fromJSON(value: unknown, where = "TokenVocabulary.fromJSON"): TokenVocabulary {
    return new TokenVocabulary(new VocabularyJson(value, "token", where).tokens("tokens", "token", () => true));
  }

  /** The id of a token, or of <UNK>. */
  indexOf(token: string): number {
    return this.#ids.get(token) ?? UNKNOWN_ID;
  }

  encode(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, (token) => this.indexOf(token));
  }

  toJSON(): TokenVocabularyJson {
    return { kind: "token", tokens: this.tokens.slice(FIRST) };
  }
}
