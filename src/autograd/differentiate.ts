import { RecurraError } from "../core/errors.ts";
import { addTransposedProduct } from "../engine/add-transposed-product.ts";
import { columnSums } from "../engine/column-sums.ts";
import { crossEntropyGradient } from "../engine/cross-entropy-gradient.ts";
import type { Engine } from "../engine/engine.ts";
import { normalizeGradient } from "../engine/normalize-gradient.ts";
import { scatterAdd } from "../engine/scatter-add.ts";
import { BackThroughTime } from "../recurrence/back-through-time.ts";
import { CellTape } from "../recurrence/cell-tape.ts";
import { type GradientKernels, recordOn } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

const KERNELS: GradientKernels = {
  addTransposedProduct,
  columnSums,
  crossEntropyGradient,
  normalizeGradient,
  scatterAdd,
};

/**
 * Runs a forward pass and then its backward pass: gradients are added to the parameters' and to tracked tensors'.
 *
 * @param forward computes the loss, a [1, 1] tensor.
 * @returns the loss.
 * @throws shape when the result is no single number; option when one differentiation runs inside another.
 */
export function differentiate(engine: Engine, forward: () => Tensor): number {
  const tape = new CellTape(KERNELS, (run) => new BackThroughTime(run));
  const loss = recordOn(tape, engine, forward);
  if (loss.size !== 1) {
    throw new RecurraError("shape", {
      where: "differentiate",
      expected: "a loss of one number, [1, 1]",
      got: `[${loss.rows}, ${loss.columns}]`,
    });
  }
  engine.fill(loss.gradientTarget().offset, 1, 1);
  tape.run();
  return loss.item();
}
