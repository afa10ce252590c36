/** Each sequence's steps side by side. */
import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";
import { requireSteps } from "./require-steps.ts";

/**
 * y = [x⟨1⟩, x⟨2⟩, … x⟨Tx⟩] for every sequence; all have one length.
 *
 * @param x rows of the packing, [rows, columns].
 * @returns [B, Tx * columns] in the caller's order.
 * @throws shape when x does not fit the packing, or sequences have no step or unequal lengths.
 */
export function poolFlatten(x: Tensor, packing: Packing): Tensor {
  requireSteps("poolFlatten", x, packing);
  if (!packing.uniform) {
    throw new RecurraError("shape", {
      where: "poolFlatten",
      expected: "sequences of one length",
      got: `lengths from ${Math.min(...packing.lengths)} to ${packing.steps}`,
    });
  }
  const { engine, rows: count, columns } = x;
  const rows = Indices.from(engine, packing.sequenceRows(), count);
  const y = Tensor.allocate(engine, packing.batchSize, packing.steps * columns, isRecorded(x));
  engine.gather(count, columns, x.offset, columns, rows.offset, engine.zeros(columns), y.offset, columns);
  record(y, (g, { scatterAdd }) => {
    engine.run(scatterAdd, count, columns, x.gradientSum(), columns, rows.offset, g, columns);
  });
  return y;
}
