/** From scores of labels to labels and how sure of each the model is. */
import { type ChainParameters, chainScores } from "../autograd/crf-negative-log-likelihood.ts";
import type { ChainScores } from "../autograd/forward-backward.ts";
import { exactExp } from "../core/exact-math.ts";
import { largestOf } from "../core/largest-of.ts";
import { mayFollow, type TagScheme } from "../data/encoders/tag-scheme.ts";
import { chainMarginals } from "../decode/chain-marginals.ts";
import { viterbi } from "../decode/viterbi.ts";

/** A label a step, and p(label | x) of each. */
export interface DecodedLabels {
  readonly ids: Int32Array;
  readonly confidence: Float64Array;
}

/** A trained chain in which what the scheme does not allow, such as I-PER after O, has no chance. */
export function lawfulChain(crf: ChainParameters, labels: readonly string[], scheme: TagScheme): ChainScores {
  const { tags, start, transitions, end } = chainScores(crf);
  const lawful = (score: number, before: string | undefined, after: string | undefined): number =>
    mayFollow(before, after, scheme) ? score : -Infinity;
  return {
    tags,
    start: labels.map((label, j) => lawful(start[j]!, undefined, label)),
    transitions: labels.flatMap((before, i) =>
      labels.map((after, j) => lawful(transitions[i * tags + j]!, before, after)),
    ),
    end: labels.map((label, j) => lawful(end[j]!, label, undefined)),
  };
}

/** The likeliest sequence of labels, each with its marginal. */
export function decodeChain(z: ArrayLike<number>, chain: ChainScores): DecodedLabels {
  const ids = viterbi(z, chain);
  const marginals = chainMarginals(z, chain);
  return { ids, confidence: Float64Array.from(ids, (id, t) => marginals[t * chain.tags + id]!) };
}

/**
 * The likeliest label of each step by itself, the first of equals.
 *
 *     ŷ⟨t⟩(j) = e^z⟨t⟩(j) / Σᵢ e^z⟨t⟩(i)
 */
export function decodeSoftmax(z: ArrayLike<number>, labels: number): DecodedLabels {
  const T = z.length / labels;
  const ids = new Int32Array(T);
  const confidence = new Float64Array(T);
  for (let t = 0; t < T; t++) {
    const first = t * labels;
    const best = largestOf(z, first, labels);
    let total = 0;
    for (let j = 0; j < labels; j++) total += exactExp(z[first + j]! - z[first + best]!);
    ids[t] = best;
    confidence[t] = 1 / total;
  }
  return { ids, confidence };
}
