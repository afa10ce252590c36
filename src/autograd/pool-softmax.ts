/** A sum of each sequence's steps, weighted by the soft-max of their scores. */
import { RecurraError } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import type { Packing } from "../core/packing.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";
import { requireSteps } from "./require-steps.ts";

/** α of every row: the soft-max of the scores over the steps of each sequence. */
function weightsOf(scores: Tensor, packing: Packing): Float64Array {
  const { batchSize, order, lengths, offsets } = packing;
  const s = scores.engine.view(scores.offset, scores.size);
  const alpha = new Float64Array(scores.size);
  for (let rank = 0; rank < batchSize; rank++) {
    const Tx = lengths[order[rank]!]!;
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < Tx; t++) largest = Math.max(largest, s[offsets[t]! + rank]!);
    let total = 0;
    for (let t = 0; t < Tx; t++) {
      const row = offsets[t]! + rank;
      alpha[row] = exactExp(s[row]! - largest);
      total += alpha[row]!;
    }
    for (let t = 0; t < Tx; t++) alpha[offsets[t]! + rank]! /= total;
  }
  return alpha;
}

/**
 * Attention over the steps of each sequence.
 *
 *     α⟨t⟩ = e^(s⟨t⟩) / Σ_τ e^(s⟨τ⟩)     y = Σ_t α⟨t⟩ x⟨t⟩
 *     dx⟨t⟩ = α⟨t⟩ g     dα⟨t⟩ = g · x⟨t⟩     ds⟨t⟩ = α⟨t⟩ (dα⟨t⟩ - Σ_τ α⟨τ⟩ dα⟨τ⟩)
 *
 * Sums are in float64 in order of time. Kept for the way back: α [rows].
 *
 * @param x rows of the packing, [rows, columns].
 * @param scores s as [rows, 1].
 * @returns y as [B, columns] in the caller's order.
 * @throws shape when x or the scores do not fit the packing, or a sequence has no step.
 */
export function poolSoftmax(x: Tensor, scores: Tensor, packing: Packing): Tensor {
  requireSteps("poolSoftmax", x, packing);
  if (scores.rows !== x.rows || scores.columns !== 1) {
    throw new RecurraError("shape", {
      where: "poolSoftmax, scores",
      expected: `[${x.rows}, 1]`,
      got: `[${scores.rows}, ${scores.columns}]`,
    });
  }
  const { engine, columns } = x;
  const { batchSize, order, lengths, offsets } = packing;
  const y = Tensor.allocate(engine, batchSize, columns, isRecorded(x, scores));
  const alpha = weightsOf(scores, packing);
  const sums = new Float64Array(columns);
  const [from, to] = [engine.view(x.offset, x.size), engine.view(y.offset, y.size)];
  for (let rank = 0; rank < batchSize; rank++) {
    const b = order[rank]!;
    sums.fill(0);
    for (let t = 0; t < lengths[b]!; t++) {
      const row = offsets[t]! + rank;
      for (let j = 0; j < columns; j++) sums[j]! += alpha[row]! * from[row * columns + j]!;
    }
    to.set(sums, b * columns);
  }
  record(y, (gAt) => {
    const [dxAt, dsAt] = [x.tracked ? x.gradientSum() : undefined, scores.tracked ? scores.gradientSum() : undefined];
    const values = engine.view(x.offset, x.size);
    const g = engine.view(gAt, y.size);
    const dx = dxAt === undefined ? undefined : engine.view(dxAt, x.size);
    const ds = dsAt === undefined ? undefined : engine.view(dsAt, scores.size);
    const dAlpha = new Float64Array(packing.steps);
    for (let rank = 0; rank < batchSize; rank++) {
      const b = order[rank]!;
      const Tx = lengths[b]!;
      let mean = 0;
      for (let t = 0; t < Tx; t++) {
        const row = offsets[t]! + rank;
        let dot = 0;
        for (let j = 0; j < columns; j++) {
          dot += g[b * columns + j]! * values[row * columns + j]!;
          if (dx !== undefined) dx[row * columns + j]! += alpha[row]! * g[b * columns + j]!;
        }
        dAlpha[t] = dot;
        mean += alpha[row]! * dot;
      }
      if (ds === undefined) continue;
      for (let t = 0; t < Tx; t++) {
        const row = offsets[t]! + rank;
        ds[row]! += alpha[row]! * (dAlpha[t]! - mean);
      }
    }
  });
  return y;
}
