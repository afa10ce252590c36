/** How well keys answer queries, by a small network. */
import { RecurraError } from "../core/errors.ts";
import type { SegmentSpec } from "../expression/segment.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { AttentionPairs } from "./attention-pairs.ts";
import { record } from "./record.ts";

/** to[t'] = tanh(q + k⟨t'⟩) for the keys of one query: rows of keys, the one query for all. */
function tanhOfSum(width: number): SegmentSpec {
  return {
    width,
    strides: [0, width, width],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "load", operand: 1, column: 0 },
      { op: "add", a: 0, b: 1 },
      { op: "tanh", a: 2 },
      { op: "store", operand: 2, column: 0, a: 3 },
    ],
  };
}

/** y = g (1 - y²), where y is a tanh. */
function tanhGradient(): SegmentSpec {
  return {
    width: "flat",
    strides: [0, 0],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "load", operand: 1, column: 0 },
      { op: "mul", a: 0, b: 0 },
      { op: "mul", a: 1, b: 2 },
      { op: "sub", a: 1, b: 3 },
      { op: "store", operand: 0, column: 0, a: 4 },
    ],
  };
}

const TANH_GRADIENT = tanhGradient();

/**
 * The additive score of every pair.
 *
 *     e⟨t,t'⟩ = vᵀ u⟨t,t'⟩           u⟨t,t'⟩ = tanh(q⟨t⟩ + k⟨t'⟩)
 *     du = de v ⊙ (1 - u²)            dq⟨t⟩ = Σ_t' du          dk⟨t'⟩ = Σ_t du          dv = Σ de u
 *
 * One pass of tanh over the keys of each query, and one product a sequence with v; back, the outer product de vᵀ and
 * sums of rows.
 *
 * @param queries q = W s as [queries, A], sequence after sequence.
 * @param keys k = U a as [keys, A], sequence after sequence: projected once, whatever the number of queries.
 * @param v as [A, 1].
 * @returns e as [pairs, 1], in the order of the pairs.
 * @throws shape when rows or columns do not fit.
 * Source: Bahdanau, Cho and Bengio 2015, arXiv 1409.0473v7, appendix A.1.2.
 */
export function additiveScores(queries: Tensor, keys: Tensor, v: Parameter, pairs: AttentionPairs): Tensor {
  pairs.requireRows("additiveScores, queries", "queries", queries.rows);
  pairs.requireRows("additiveScores, keys", "keys", keys.rows);
  const width = v.rows;
  if (queries.columns !== width || keys.columns !== width || v.columns !== 1) {
    throw new RecurraError("shape", {
      where: "additiveScores",
      expected: `queries and keys of ${width} columns, v as [${width}, 1]`,
      got: `${queries.columns} and ${keys.columns}, [${v.rows}, ${v.columns}]`,
    });
  }
  const { engine } = queries;
  const { count, queryLengths, keyLengths, queryOffsets, keyOffsets, pairOffsets } = pairs;
  const tracked = tapeOf(engine) !== undefined;
  const e = Tensor.allocate(engine, pairs.pairs, 1, tracked);
  const hidden = tracked ? pairs.pairs : largest(pairs);
  const u = engine.arena.allocate(hidden * width); // u of all pairs for the way back, else of one sequence at a time
  const uOf = (i: number): number => (tracked ? u + pairOffsets[i]! * width : u);
  const weights = v.packed(0, 1, false);
  const forward = engine.segment(tanhOfSum(width));
  const offsets = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [ty, tx, to] = [queryLengths[i]!, keyLengths[i]!, uOf(i)];
    if (tx === 0) continue;
    offsets[1] = keys.offset + keyOffsets[i]! * width;
    for (let t = 0; t < ty; t++) {
      offsets[0] = queries.offset + (queryOffsets[i]! + t) * width;
      offsets[2] = to + t * tx * width;
      forward(tx, offsets);
    }
    engine.productPacked(ty * tx, 1, width, to, width, weights, e.offset + pairOffsets[i]!, 1, engine.zeros(1), 0);
  }
  record(e, (de, { addTransposedProduct, columnSums }) => {
    addTransposedProduct(engine, width, 1, pairs.pairs, u, de, v.gradientOffset);
    const dq = queries.tracked ? queries.gradientSum() : undefined;
    const dk = keys.tracked ? keys.gradientSum() : undefined;
    const mark = engine.arena.mark();
    const outer = engine.arena.allocate(largest(pairs) * width);
    const backward = engine.segment(TANH_GRADIENT);
    const zeros = engine.zeros(width);
    const row = v.packed(0, 1, true); // vᵀ, [1, A]
    for (let i = 0; i < count; i++) {
      const [ty, tx, du] = [queryLengths[i]!, keyLengths[i]!, uOf(i)];
      const rows = ty * tx;
      if (rows === 0) continue;
      engine.productPacked(rows, width, 1, de + pairOffsets[i]!, 1, row, outer, width, zeros, 0);
      backward(rows * width, [du, outer]);
      if (dq !== undefined) {
        for (let t = 0; t < ty; t++) {
          engine.run(columnSums, tx, width, du + t * tx * width, width, dq + (queryOffsets[i]! + t) * width);
        }
      }
      if (dk !== undefined) engine.run(columnSums, ty, tx * width, du, tx * width, dk + keyOffsets[i]! * width);
    }
    engine.arena.release(mark);
  });
  return e;
}

/** The pairs of the sequence that has most. */
function largest(pairs: AttentionPairs): number {
  let most = 0;
  for (let i = 0; i < pairs.count; i++) most = Math.max(most, pairs.queryLengths[i]! * pairs.keyLengths[i]!);
  return most;
}
