/** How probable each tag of a chain is at each step. */
import { type ChainScores, chainBackward, chainForward } from "../autograd/forward-backward.ts";

/**
 * p(y⟨t⟩ = j | x) over all sequences of tags: what a chain's confidence in one tag is.
 *
 * @param z scores of each step's tags, [T, K] row by row.
 * @param chain -Infinity forbids a beginning, a pair or an end, and its share goes to the rest.
 * @returns [T, K]; every step sums to 1.
 */
export function chainMarginals(z: ArrayLike<number>, chain: ChainScores): Float64Array {
  const scores = Float64Array.from(z);
  const T = scores.length / chain.tags;
  const p = new Float64Array(scores.length);
  if (T === 0) return p;
  const alpha = new Float64Array(scores.length);
  const logZ = chainForward(scores, T, chain, alpha);
  chainBackward(scores, T, chain, alpha, logZ, p);
  return p;
}
