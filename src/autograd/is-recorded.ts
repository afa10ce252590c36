import { tapeOf } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Whether what an operation makes of these tensors is recorded. */
export function isRecorded(...inputs: readonly Tensor[]): boolean {
  return tapeOf(inputs[0]!.engine) !== undefined && inputs.some(({ tracked }) => tracked);
}
