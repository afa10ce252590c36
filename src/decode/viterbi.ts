/** The best path through a chain of tags. */
import type { ChainScores } from "../autograd/forward-backward.ts";

/**
 * The likeliest sequence of tags.
 *
 *     δ⟨1⟩(j) = s(j) + z⟨1⟩(j)        δ⟨t⟩(j) = z⟨t⟩(j) + maxᵢ (δ⟨t-1⟩(i) + A(i, j))        best = maxⱼ (δ⟨T⟩(j) + e(j))
 *
 * Of equal scores the smaller tag wins.
 *
 * @param z scores of each step's tags, [T, K] row by row.
 * @param chain -Infinity forbids a beginning, a pair or an end.
 * @returns a tag a step, [T].
 * Source: Viterbi 1967; Rabiner 1989, section III B.
 */
export function viterbi(z: ArrayLike<number>, chain: ChainScores): Int32Array {
  const { tags: K, start, transitions, end } = chain;
  const T = z.length / K;
  const path = new Int32Array(T);
  if (T === 0) return path;
  const from = new Int32Array(T * K);
  let before = Float64Array.from({ length: K }, (_, j) => start[j]! + z[j]!);
  let now = new Float64Array(K);
  for (let t = 1; t < T; t++) {
    for (let j = 0; j < K; j++) {
      let best = 0;
      for (let i = 1; i < K; i++) {
        if (before[i]! + transitions[i * K + j]! > before[best]! + transitions[best * K + j]!) best = i;
      }
      from[t * K + j] = best;
      now[j] = z[t * K + j]! + before[best]! + transitions[best * K + j]!;
    }
    [before, now] = [now, before];
  }
  let tag = 0;
  for (let j = 1; j < K; j++) if (before[j]! + end[j]! > before[tag]! + end[tag]!) tag = j;
  for (let t = T - 1; t >= 0; t--) {
    path[t] = tag;
    tag = from[t * K + tag]!;
  }
  return path;
}
