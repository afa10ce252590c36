/** The largest value of each unit over each sequence's steps. */
import type { Packing } from "../core/packing.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";
import { requireSteps } from "./require-steps.ts";

/**
 * yⱼ = max_t xⱼ⟨t⟩ for every sequence; of equal values the first counts.
 *
 *     dxⱼ⟨t⟩ = gⱼ at the step where the largest stood, 0 elsewhere
 *
 * Kept for the way back: the row of each largest value, [B, columns].
 *
 * @param x rows of the packing, [rows, columns].
 * @returns [B, columns] in the caller's order.
 * @throws shape when x does not fit the packing or a sequence has no step.
 */
export function poolMax(x: Tensor, packing: Packing): Tensor {
  requireSteps("poolMax", x, packing);
  const { engine, columns } = x;
  const { batchSize, order, active, offsets, steps } = packing;
  const y = Tensor.allocate(engine, batchSize, columns, isRecorded(x));
  const [from, to] = [engine.view(x.offset, x.size), engine.view(y.offset, y.size)];
  const largest = new Int32Array(y.size);
  for (let t = 0; t < steps; t++) {
    for (let rank = 0; rank < active[t]!; rank++) {
      const row = (offsets[t]! + rank) * columns;
      const result = order[rank]! * columns;
      for (let j = 0; j < columns; j++) {
        if (t > 0 && from[row + j]! <= to[result + j]!) continue;
        to[result + j] = from[row + j]!;
        largest[result + j] = row + j;
      }
    }
  }
  record(y, (gAt) => {
    const at = x.gradientSum();
    const [g, dx] = [engine.view(gAt, y.size), engine.view(at, x.size)];
    for (let i = 0; i < g.length; i++) dx[largest[i]!]! += g[i]!;
  });
  return y;
}
