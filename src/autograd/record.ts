import { type GradientKernels, tapeOf } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Records an operation's way back, where its result is tracked.
 *
 * @param backward takes where the result's gradient stands; not called where the result comes to have none.
 */
export function record(y: Tensor, backward: (gradient: number, kernels: GradientKernels) => void): void {
  if (!y.tracked) return;
  tapeOf(y.engine)!.record((kernels) => {
    if (y.gradientOffset !== undefined) backward(y.gradientOffset, kernels);
  });
}
