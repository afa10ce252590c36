/** A counted language model over token ids, scored as a neural one is, to be held against it. */
export interface NgramModel {
  /** "unigram", "interpolated trigram", "Kneser-Ney 5-gram". */
  readonly name: string;
  /** The longest n-gram counted. */
  readonly order: number;
  readonly vocabularySize: number;

  /**
   * The probability that a token follows a context; sums to 1 over the vocabulary for any context.
   *
   * @param context as `[*]`, the tokens before, the nearest last; only the last `order - 1` count, and an empty one is allowed.
   * @throws data when an id is not from 0 to vocabularySize - 1.
   */
  probability(context: ArrayLike<number>, token: number): number;

  /**
   * Mean -log2 P(token | the tokens before it) over a running text, whose first token has an empty context.
   *
   * @param valid as `[N]`, N >= 1.
   * @throws data when it is empty or an id is not from 0 to vocabularySize - 1.
   */
  bitsPerToken(valid: Int32Array): number;
}

/** Training tokens counted at most, so that a baseline never takes longer than the training it is held against. */
export const LARGEST_NGRAM_TRAINING = 5_000_000;
