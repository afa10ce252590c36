import type { TokenVocabulary } from "./token-vocabulary.ts";

/** Letters that are read of a word: its first and last ones where it has more. */
const AT_EITHER_END = 12;

/**
 * The letters by which a word is read: all of them, or the first 12 and the last 12 of a longer one.
 *
 * @example
 * ```ts
 * wordLetters("Potter"); // ["P", "o", "t", "t", "e", "r"]
 * ```
 */
export function wordLetters(word: string): string[] {
  const letters = Array.from(word);
  if (letters.length <= 2 * AT_EITHER_END) return letters;
  return [...letters.slice(0, AT_EITHER_END), ...letters.slice(-AT_EITHER_END)];
}

/** How many letters are read of a word, the mean of those of a vocabulary. */
export function lettersPerWord({ tokens, unknownId }: TokenVocabulary): number {
  const words = tokens.filter((_, id) => id !== unknownId);
  return words.reduce((sum, word) => sum + wordLetters(word).length, 0) / words.length;
}
