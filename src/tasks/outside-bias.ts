/** A bias of O, by which precision of entities is traded for recall. */

/** Biases that are tried, nats: 0, then -0.25, 0.25, -0.5 … 4, so that of equals the one nearest to 0 wins. */
const CANDIDATES = Array.from({ length: 33 }, (_, i) => ((i % 2 === 0 ? i : -i - 1) / 2) * 0.25);

/**
 * The bias of O with the best score.
 *
 * A model that was trained on rare entities says O where it doubts, which is right for the likelihood of tags and wrong for
 * entity F1: a lower O finds more entities than it finds wrongly.
 *
 * @param score of tags decoded with a bias; larger is better.
 * @returns from -4 to 4 nats.
 * Source: Minkov, Wang, Tomasic and Cohen 2006, "NER systems that suit user's preferences: adjusting the recall-precision
 * trade-off of entity extractors".
 */
export function bestOutsideBias(score: (bias: number) => number): number {
  let [best, reached] = [0, -Infinity];
  for (const bias of CANDIDATES) {
    const scored = score(bias);
    if (scored > reached) [best, reached] = [bias, scored];
  }
  return best;
}

/** A copy of scores [T, K] in which those of O have a bias. */
export function withOutsideBias(z: Float32Array, labels: readonly string[], bias: number): Float32Array {
  if (bias === 0) return z;
  const biased = z.slice();
  for (let at = labels.indexOf("O"); at < z.length; at += labels.length) biased[at]! += bias;
  return biased;
}
