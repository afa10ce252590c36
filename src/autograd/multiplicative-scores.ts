/** How well keys answer queries, by their inner product. */
import { RecurraError } from "../core/errors.ts";
import { product } from "../engine/product.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { AttentionPairs } from "./attention-pairs.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * The multiplicative score of every pair: one product a sequence.
 *
 *     e⟨t,t'⟩ = q⟨t⟩ᵀ k⟨t'⟩           dq⟨t⟩ = Σ_t' de k⟨t'⟩          dk⟨t'⟩ = Σ_t de q⟨t⟩
 *
 * With q the decoder's state and k = W a this is the score "general": W needs to see each key once only.
 *
 * @param queries as [queries, A], sequence after sequence.
 * @param keys as [keys, A], sequence after sequence.
 * @returns e as [pairs, 1], in the order of the pairs.
 * @throws shape when rows or columns do not fit.
 * Source: Luong, Pham and Manning 2015, arXiv 1508.04025v5, equation 8.
 */
export function multiplicativeScores(queries: Tensor, keys: Tensor, pairs: AttentionPairs): Tensor {
  pairs.requireRows("multiplicativeScores, queries", "queries", queries.rows);
  pairs.requireRows("multiplicativeScores, keys", "keys", keys.rows);
  if (queries.columns !== keys.columns) {
    throw new RecurraError("shape", {
      where: "multiplicativeScores",
      expected: `keys of ${queries.columns} columns, as the queries have`,
      got: String(keys.columns),
    });
  }
  const { engine, columns: width } = queries;
  const { count, queryLengths, keyLengths, queryOffsets, keyOffsets, pairOffsets } = pairs;
  const e = Tensor.allocate(engine, pairs.pairs, 1, isRecorded(queries, keys));
  for (let i = 0; i < count; i++) {
    const tx = keyLengths[i]!;
    if (tx === 0) continue;
    engine.run(product, {
      m: queryLengths[i]!,
      n: tx,
      k: width,
      a: queries.offset + queryOffsets[i]! * width,
      lda: width,
      b: keys.offset + keyOffsets[i]! * width,
      ldb: width,
      transposedB: true,
      c: e.offset + pairOffsets[i]!,
      ldc: tx,
      s: engine.zeros(tx),
      lds: 0,
    });
  }
  record(e, (de) => {
    const dq = queries.tracked ? queries.gradientSum() : undefined;
    const dk = keys.tracked ? keys.gradientSum() : undefined;
    for (let i = 0; i < count; i++) {
      const [ty, tx, a] = [queryLengths[i]!, keyLengths[i]!, de + pairOffsets[i]!];
      const [query, key] = [queryOffsets[i]! * width, keyOffsets[i]! * width];
      if (ty * tx === 0) continue;
      const sides = { n: width, a, lda: tx, ldb: width, ldc: width, lds: width };
      if (dq !== undefined) {
        engine.run(product, { ...sides, m: ty, k: tx, b: keys.offset + key, c: dq + query, s: dq + query });
      }
      if (dk !== undefined) {
        const b = queries.offset + query;
        engine.run(product, { ...sides, m: tx, k: ty, transposedA: true, b, c: dk + key, s: dk + key });
      }
    }
  });
  return e;
}
