/** The loss of a linear-chain conditional random field. */
import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import type { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type ChainScores, chainBackward, chainForward } from "./forward-backward.ts";
import { record } from "./record.ts";

/** The trained scores of a chain of K tags. */
export interface ChainParameters {
  /** s(j), [1, K]. */
  readonly start: Parameter;
  /** A(i, j) of tag j after tag i, [K, K]. */
  readonly transitions: Parameter;
  /** e(j), [1, K]. */
  readonly end: Parameter;
}

/** A copy of the trained scores in float64. */
export function chainScores({ start, transitions, end }: ChainParameters): ChainScores {
  return {
    tags: start.columns,
    start: Float64Array.from(start.toArray()),
    transitions: Float64Array.from(transitions.toArray()),
    end: Float64Array.from(end.toArray()),
  };
}

/** Σ s(y⟨1⟩) + Σₜ z⟨t⟩(y⟨t⟩) + Σₜ A(y⟨t-1⟩, y⟨t⟩) + e(y⟨T⟩). */
function pathScore(z: Float64Array, y: Int32Array, T: number, chain: ChainScores): number {
  const { tags, start, transitions, end } = chain;
  let score = start[y[0]!]! + z[y[0]!]! + end[y[T - 1]!]!;
  for (let t = 1; t < T; t++) score += transitions[y[t - 1]! * tags + y[t]!]! + z[t * tags + y[t]!]!;
  return score;
}

/**
 * loss[b] = log Z - score(y⁽ᵇ⁾), in nats, one number a sequence; 0 for a sequence of no steps.
 *
 *     score(y) = s(y⟨1⟩) + Σₜ z⟨t⟩(y⟨t⟩) + Σₜ A(y⟨t-1⟩, y⟨t⟩) + e(y⟨T⟩)        Z = Σ over all y′ of e^score(y′)
 *
 * Its gradients are expected counts minus those of the right tags: by z⟨t⟩(j) it is g (p⟨t⟩(j) - [y⟨t⟩ = j]), by A(i, j) it is
 * g Σₜ (p⟨t⟩(i, j) - [y⟨t-1⟩ = i, y⟨t⟩ = j]), by s and e those of the first and last step. Sums are in float64; each sequence is summed by
 * itself, so that nothing depends on what else is in the batch.
 *
 * @param scores z, rows of the packing, [rows, K].
 * @param tags y, the right tag of each row.
 * @returns [B, 1] in the caller's order.
 * @throws shape when rows, tags or the chain's sizes differ.
 * Source: Lafferty, McCallum and Pereira 2001, "Conditional random fields".
 */
export function crfNegativeLogLikelihood(
  scores: Tensor,
  tags: Indices,
  packing: Packing,
  parameters: ChainParameters,
): Tensor {
  const { engine, columns: K, rows } = scores;
  const { start, transitions, end } = parameters;
  if (tags.count !== rows || tags.limit !== K || packing.rows !== rows || start.columns !== K) {
    throw new RecurraError("shape", {
      where: "crfNegativeLogLikelihood",
      expected: `scores of ${packing.rows} rows of ${start.columns} tags, and a tag a row`,
      got: `[${rows}, ${K}] and ${tags.count} of ${tags.limit} tags`,
    });
  }
  const loss = Tensor.allocate(engine, packing.batchSize, 1, tapeOf(engine) !== undefined);
  const chain = chainScores(parameters);
  const all = engine.view(scores.offset, scores.size);
  const right = engine.readIndices(tags.offset, rows);
  // sequence after sequence, longest first: z, y and α of the sequence at place `rank` begin at firsts[rank] steps
  const z = new Float64Array(rows * K);
  const y = new Int32Array(rows);
  const alpha = new Float64Array(rows * K);
  const logZ = new Float64Array(packing.batchSize);
  const firsts = new Int32Array(packing.batchSize);
  const losses = new Float64Array(packing.batchSize);
  let first = 0;
  packing.order.forEach((b, rank) => {
    const T = packing.lengths[b]!;
    firsts[rank] = first;
    if (T === 0) return;
    for (let t = 0; t < T; t++) {
      const row = packing.rowOf(t, rank);
      y[first + t] = right[row]!;
      for (let j = 0; j < K; j++) z[(first + t) * K + j] = all[row * K + j]!;
    }
    const own = z.subarray(first * K, (first + T) * K);
    logZ[rank] = chainForward(own, T, chain, alpha.subarray(first * K, (first + T) * K));
    losses[b] = logZ[rank]! - pathScore(own, y.subarray(first, first + T), T, chain);
    first += T;
  });
  engine.write(loss.offset, losses);
  record(loss, (gAt) => {
    const g = engine.read(gAt, packing.batchSize);
    const into = scores.tracked ? scores.gradientSum() : undefined;
    const [dStart, dTransitions, dEnd] = [start, transitions, end].map((p) => engine.view(p.gradientOffset, p.size));
    const dz = into === undefined ? undefined : engine.view(into, scores.size);
    const p = new Float64Array(packing.steps * K);
    const pairs = new Float64Array(K * K);
    packing.order.forEach((b, rank) => {
      const T = packing.lengths[b]!;
      if (T === 0) return;
      const from = firsts[rank]!;
      const [low, high] = [from * K, (from + T) * K];
      const own = p.subarray(0, T * K);
      pairs.fill(0);
      chainBackward(z.subarray(low, high), T, chain, alpha.subarray(low, high), logZ[rank]!, own, pairs);
      for (let t = 0; t < T; t++) {
        own[t * K + y[from + t]!]! -= 1;
        if (t > 0) pairs[y[from + t - 1]! * K + y[from + t]!]! -= 1;
      }
      for (let j = 0; j < K; j++) {
        dStart![j]! += g[b]! * own[j]!;
        dEnd![j]! += g[b]! * own[(T - 1) * K + j]!;
      }
      for (let i = 0; i < K * K; i++) dTransitions![i]! += g[b]! * pairs[i]!;
      if (dz === undefined) return;
      for (let t = 0; t < T; t++) {
        const row = packing.rowOf(t, rank);
        for (let j = 0; j < K; j++) dz[row * K + j]! += g[b]! * own[t * K + j]!;
      }
    });
  });
  return loss;
}
