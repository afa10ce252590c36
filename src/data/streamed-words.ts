import { shown } from "../core/errors.ts";
import { chooseTokens } from "./encoders/choose-tokens.ts";
import { WORD_TABLE_VERSION } from "./encoders/word-character-runs.ts";
import { WordVocabulary, type WordVocabularyOptions } from "./encoders/word-vocabulary.ts";

/**
 * The vocabulary of words that were counted in a text that stays in its file: what `WordVocabulary.fromText` gives if it is held.
 *
 * @param counted by the words as they stand in the text.
 * @throws as `WordVocabulary.fromText`.
 */
export function streamedWords(counted: ReadonlyMap<string, number>, options: WordVocabularyOptions): WordVocabulary {
  const { lowerCase = false } = options;
  const counts = new Map<string, number>();
  for (const [word, count] of counted) {
    const written = lowerCase ? word.toLowerCase() : word;
    counts.set(written, (counts.get(written) ?? 0) + count);
  }
  const specials = { where: "WordVocabulary", noun: "word", always: 2, whenCut: 0, named: shown };
  const { tokens: words } = chooseTokens(counts, options, specials);
  return WordVocabulary.fromJSON({ kind: "word", words, lowerCase, splitter: "rule", unicode: WORD_TABLE_VERSION });
}
