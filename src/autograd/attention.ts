/** What queries take from the sequences they look at. */

import { product } from "../engine/product.ts";
import { softmax } from "../engine/softmax.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { AttentionPairs } from "./attention-pairs.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/** What attention gives. */
export interface Attended {
  /** c⟨t⟩ of each query, [queries, columns of the values]. */
  readonly context: Tensor;
  /** α⟨t,t'⟩ as [pairs, 1], in the order of the pairs; no gradient passes through it. */
  readonly weights: Tensor;
}

/**
 * The mean of a sequence's values, weighted by the soft-max of their scores.
 *
 *     α⟨t,t'⟩ = exp(e⟨t,t'⟩) / Σ_t'' exp(e⟨t,t''⟩)          c⟨t⟩ = Σ_t' α⟨t,t'⟩ a⟨t'⟩
 *     dα⟨t,t'⟩ = dc⟨t⟩ᵀ a⟨t'⟩          da⟨t'⟩ = Σ_t α⟨t,t'⟩ dc⟨t⟩
 *     de⟨t,t'⟩ = α⟨t,t'⟩ (dα⟨t,t'⟩ - Σ_t'' α⟨t,t''⟩ dα⟨t,t''⟩)
 *
 * One soft-max and one product a sequence. The sums run over the sequence's own steps alone, so no other sequence of
 * the batch changes a bit of the result. The context of a sequence without keys is 0.
 *
 * @param scores e as [pairs, 1]: of `additiveScores` or `multiplicativeScores`.
 * @param values a as [keys, columns], sequence after sequence.
 * @throws shape when rows do not fit.
 * Source: Bahdanau, Cho and Bengio 2015, arXiv 1409.0473v7, equations 5 and 6; the course, "Attention model".
 */
export function attention(scores: Tensor, values: Tensor, pairs: AttentionPairs): Attended {
  pairs.requireRows("attention, scores", "pairs", scores.rows);
  pairs.requireRows("attention, values", "keys", values.rows);
  const { engine, columns: width } = values;
  const { count, queryLengths, keyLengths, queryOffsets, keyOffsets, pairOffsets } = pairs;
  const weights = Tensor.allocate(engine, pairs.pairs, 1);
  const context = Tensor.allocate(engine, pairs.queries, width, isRecorded(scores, values));
  for (let i = 0; i < count; i++) {
    const [ty, tx] = [queryLengths[i]!, keyLengths[i]!];
    const a = weights.offset + pairOffsets[i]!;
    if (tx > 0) engine.run(softmax, ty, tx, scores.offset + pairOffsets[i]!, a);
    engine.run(product, {
      m: ty,
      n: width,
      k: tx,
      a,
      lda: tx,
      b: values.offset + keyOffsets[i]! * width,
      ldb: width,
      c: context.offset + queryOffsets[i]! * width,
      ldc: width,
      s: engine.zeros(width),
      lds: 0,
    });
  }
  record(context, (dc) => {
    const da = values.tracked ? values.gradientSum() : undefined;
    const de = scores.tracked ? scores.gradientSum() : undefined;
    const mark = engine.arena.mark();
    const dAlpha = engine.arena.allocate(pairs.pairs);
    for (let i = 0; i < count; i++) {
      const [ty, tx] = [queryLengths[i]!, keyLengths[i]!];
      if (ty * tx === 0) continue;
      const alpha = weights.offset + pairOffsets[i]!;
      const [query, key] = [dc + queryOffsets[i]! * width, keyOffsets[i]! * width];
      if (da !== undefined) {
        const c = da + key;
        const sides = { a: alpha, lda: tx, b: query, ldb: width, c, ldc: width, s: c, lds: width };
        engine.run(product, { ...sides, m: tx, n: width, k: ty, transposedA: true });
      }
      if (de === undefined) continue;
      const c = dAlpha + pairOffsets[i]!;
      const sides = { a: query, lda: width, b: values.offset + key, ldb: width, c, ldc: tx };
      engine.run(product, { ...sides, m: ty, n: tx, k: width, transposedB: true, s: engine.zeros(tx), lds: 0 });
    }
    if (de !== undefined) {
      addSoftmaxGradient(
        pairs,
        engine.view(weights.offset, pairs.pairs),
        engine.view(dAlpha, pairs.pairs),
        engine.view(de, pairs.pairs),
      );
    }
    engine.arena.release(mark);
  });
  return { context, weights };
}

/** de += α ⊙ (dα - Σ α dα), a query at a time. */
function addSoftmaxGradient(
  pairs: AttentionPairs,
  alpha: ArrayLike<number>,
  dAlpha: ArrayLike<number>,
  de: Float32Array | Float64Array,
): void {
  let pair = 0;
  for (let i = 0; i < pairs.count; i++) {
    const tx = pairs.keyLengths[i]!;
    for (let t = 0; t < pairs.queryLengths[i]!; t++, pair += tx) {
      let mean = 0;
      for (let j = pair; j < pair + tx; j++) mean += alpha[j]! * dAlpha[j]!;
      for (let j = pair; j < pair + tx; j++) de[j]! += alpha[j]! * (dAlpha[j]! - mean);
    }
  }
}
