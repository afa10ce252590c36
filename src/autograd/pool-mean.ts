/** The mean of each sequence's steps. */
import type { Packing } from "../core/packing.ts";
import { addTo } from "../engine/add-to.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";
import { requireSteps } from "./require-steps.ts";

/**
 * y = 1/Tx Σ_t x⟨t⟩ for every sequence, steps added in order of time, so that a sequence's mean depends on nothing else in the batch.
 *
 *     dx⟨t⟩ = g / Tx
 *
 * @param x rows of the packing, [rows, columns].
 * @returns [B, columns] in the caller's order.
 * @throws shape when x does not fit the packing or a sequence has no step.
 */
export function poolMean(x: Tensor, packing: Packing): Tensor {
  requireSteps("poolMean", x, packing);
  const { engine, columns } = x;
  const { batchSize, lengths, order, active, offsets, steps } = packing;
  const y = Tensor.allocate(engine, batchSize, columns, isRecorded(x));
  const mark = engine.arena.mark();
  const sums = engine.arena.allocate(y.size);
  engine.fill(sums, y.size, 0);
  for (let t = 0; t < steps; t++) addTo(engine, sums, x.offset + offsets[t]! * columns, active[t]! * columns);
  const [from, to] = [engine.view(sums, y.size), engine.view(y.offset, y.size)];
  for (let rank = 0; rank < batchSize; rank++) {
    const b = order[rank]!;
    for (let j = 0; j < columns; j++) to[b * columns + j] = from[rank * columns + j]! / lengths[b]!;
  }
  engine.arena.release(mark);
  record(y, (gAt) => {
    const dx = x.gradientSum();
    const mark = engine.arena.mark();
    const shares = engine.arena.allocate(y.size);
    const [g, share] = [engine.view(gAt, y.size), engine.view(shares, y.size)];
    for (let rank = 0; rank < batchSize; rank++) {
      const b = order[rank]!;
      for (let j = 0; j < columns; j++) share[rank * columns + j] = g[b * columns + j]! / lengths[b]!;
    }
    for (let t = 0; t < steps; t++) addTo(engine, dx + offsets[t]! * columns, shares, active[t]! * columns);
    engine.arena.release(mark);
  });
  return y;
}
