/** The tape of a forward pass in which cells may run. */
import { type GradientKernels, Tape } from "../tensor/tape.ts";
import type { BackThroughTime } from "./back-through-time.ts";
import type { CellRun } from "./cell-run.ts";

/**
 * A tape that knows the way back through time. Its code is large and comes with `differentiate` alone, so that a page
 * which only uses a model does without it.
 */
export class CellTape extends Tape {
  readonly backThroughTime: (run: CellRun) => BackThroughTime;

  constructor(kernels: GradientKernels, backThroughTime: (run: CellRun) => BackThroughTime) {
    super(kernels);
    this.backThroughTime = backThroughTime;
  }
}
