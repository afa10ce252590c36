import type { NgramModel } from "./ngram-model.ts";
import { wittenBell } from "./witten-bell.ts";

/**
 * How often each token was seen, its context ignored: P(w) = (c(w) + U / V) / (N + U), N tokens of U kinds seen, V in the vocabulary.
 *
 * @param train as `[N]`, of which at most 5 million tokens are counted.
 * @throws data when it is empty or an id is not from 0 to vocabularySize - 1.
 * Source: Witten and Bell 1991, method C, for the share of the unseen.
 *
 * @example
 * ```ts
 * unigram(train, vocabulary.size).bitsPerToken(valid); // about 4.4 on English characters
 * ```
 */
export function unigram(train: Int32Array, vocabularySize: number): NgramModel {
  return wittenBell("unigram", train, vocabularySize, 1);
}
