/** The forward-backward algorithm over a linear chain of tags, in log space. */
import { exactLog } from "../core/exact-log.ts";
import { exactExp } from "../core/exact-math.ts";

/** What a linear chain of K tags scores besides its steps; -Infinity forbids. */
export interface ChainScores {
  /** K. */
  readonly tags: number;
  /** s(j) of beginning with tag j, [K]. */
  readonly start: ArrayLike<number>;
  /** A(i, j) of tag j after tag i, [K, K] row by row. */
  readonly transitions: ArrayLike<number>;
  /** e(j) of ending with tag j, [K]. */
  readonly end: ArrayLike<number>;
}

/** log Σᵢ e^(values[i]) over the first `count`. */
function logSumExp(values: Float64Array, count: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) largest = Math.max(largest, values[i]!);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += exactExp(values[i]! - largest);
  return largest + exactLog(sum);
}

/**
 * Sums over all tag sequences of a chain.
 *
 *     α⟨1⟩(j) = s(j) + z⟨1⟩(j)
 *     α⟨t⟩(j) = z⟨t⟩(j) + log Σᵢ e^(α⟨t-1⟩(i) + A(i, j))
 *     log Z   = log Σⱼ e^(α⟨T⟩(j) + e(j))
 *
 * @param z scores of each step's tags, [T, K], T >= 1.
 * @param alpha [T, K], written.
 * @returns log Z, nats; -Infinity where every sequence is forbidden.
 * Source: Rabiner 1989, "A tutorial on hidden Markov models", section III; Lafferty, McCallum and Pereira 2001.
 */
export function chainForward(z: Float64Array, T: number, chain: ChainScores, alpha: Float64Array): number {
  const { tags, start, transitions, end } = chain;
  const terms = new Float64Array(tags);
  for (let j = 0; j < tags; j++) alpha[j] = start[j]! + z[j]!;
  for (let t = 1; t < T; t++) {
    const [now, before] = [t * tags, (t - 1) * tags];
    for (let j = 0; j < tags; j++) {
      for (let i = 0; i < tags; i++) terms[i] = alpha[before + i]! + transitions[i * tags + j]!;
      alpha[now + j] = z[now + j]! + logSumExp(terms, tags);
    }
  }
  const last = (T - 1) * tags;
  for (let j = 0; j < tags; j++) terms[j] = alpha[last + j]! + end[j]!;
  return logSumExp(terms, tags);
}

/**
 * Takes the sums apart again: how probable each tag is at each step, and each pair of neighbours.
 *
 *     p⟨T⟩(j)      = e^(α⟨T⟩(j) + e(j) - log Z)
 *     p⟨t⟩(i, j)   = p⟨t⟩(j) e^(α⟨t-1⟩(i) + A(i, j) + z⟨t⟩(j) - α⟨t⟩(j))
 *     p⟨t-1⟩(i)    = Σⱼ p⟨t⟩(i, j)
 *
 * These are the gradients of log Z by z⟨t⟩(j) and, summed over t, by A(i, j). No backward variable β is needed: the
 * tag before is drawn given the tag after, whose probability is known, so that nothing over- or underflows.
 *
 * @param alpha what `chainForward` wrote, with the log Z that it gave.
 * @param p p⟨t⟩(j), [T, K], written.
 * @param pairs Σₜ p⟨t⟩(i, j) is added to it, [K, K]; not needed for the marginals alone.
 */
export function chainBackward(
  z: Float64Array,
  T: number,
  chain: ChainScores,
  alpha: Float64Array,
  logZ: number,
  p: Float64Array,
  pairs?: Float64Array,
): void {
  const { tags, transitions, end } = chain;
  const last = (T - 1) * tags;
  p.fill(0, 0, last);
  for (let j = 0; j < tags; j++) p[last + j] = exactExp(alpha[last + j]! + end[j]! - logZ);
  for (let t = T - 1; t > 0; t--) {
    const [now, before] = [t * tags, (t - 1) * tags];
    for (let j = 0; j < tags; j++) {
      const after = p[now + j]!;
      if (after === 0) continue;
      const rest = z[now + j]! - alpha[now + j]!;
      for (let i = 0; i < tags; i++) {
        const pair = after * exactExp(alpha[before + i]! + transitions[i * tags + j]! + rest);
        p[before + i]! += pair;
        if (pairs !== undefined) pairs[i * tags + j]! += pair;
      }
    }
  }
}
