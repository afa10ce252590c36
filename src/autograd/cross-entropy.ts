/** The fused soft-max cross-entropy. */
import { RecurraError } from "../core/errors.ts";
import { crossEntropy as kernel } from "../engine/cross-entropy.ts";
import type { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addGradient } from "./add-gradient.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * loss[i] = -log soft-max(x[i])[target[i]], in nats, one number a row.
 *
 * Its gradient is g (ŷ - y) with y the one-hot target.
 *
 * @param x scores before the soft-max, [rows, classes].
 * @param targets the right class of each row.
 * @returns [rows, 1].
 * @throws shape when rows or classes differ.
 */
export function crossEntropy(x: Tensor, targets: Indices): Tensor {
  if (targets.count !== x.rows || targets.limit !== x.columns) {
    throw new RecurraError("shape", {
      where: "crossEntropy",
      expected: `${x.rows} targets of ${x.columns} classes`,
      got: `${targets.count} of ${targets.limit}`,
    });
  }
  const { engine, rows, columns } = x;
  const loss = Tensor.allocate(engine, rows, 1, isRecorded(x));
  const kept = engine.arena.allocate(2 * rows);
  engine.run(kernel, rows, columns, x.offset, targets.offset, kept, loss.offset);
  record(loss, (g, { crossEntropyGradient }) => {
    addGradient(x, (to) => engine.run(crossEntropyGradient, rows, columns, x.offset, targets.offset, kept, g, to));
  });
  return loss;
}
