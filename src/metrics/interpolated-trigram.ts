import type { NgramModel } from "./ngram-model.ts";
import { wittenBell } from "./witten-bell.ts";

/**
 * A trigram mixed with its bigram, its unigram and the uniform distribution by Witten and Bell's weights.
 *
 * @param train as `[N]`, of which at most 5 million tokens are counted.
 * @throws data when it is empty or an id is not from 0 to vocabularySize - 1.
 * Source: Chen and Goodman 1998, "An empirical study of smoothing techniques for language modeling", section 2.4.
 *
 * @example
 * ```ts
 * interpolatedTrigram(train, vocabulary.size).bitsPerToken(valid); // about 2.8 on English characters
 * ```
 */
export function interpolatedTrigram(train: Int32Array, vocabularySize: number): NgramModel {
  return wittenBell("interpolated trigram", train, vocabularySize, 3);
}
