/** Dropout of rows with the masks of a layer. */
import { dropout } from "../autograd/dropout.ts";
import type { Packing } from "../core/packing.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A layer's masks in the counters of random numbers: a cell's own come first, these last. */
const MASKS_A_LAYER = 16;
const PLACES = { layer: 14, between: 15 } as const;

/**
 * Drops from rows; nothing without a draw, which is how a model is used.
 *
 * @param place in a layer of its own, or between a layer and the one below it.
 * @param firstStep the first time step that x holds.
 */
export function dropRows(
  x: Tensor,
  packing: Packing,
  rate: number,
  draw: DropoutDraw | undefined,
  place: keyof typeof PLACES,
  firstStep = 0,
): Tensor {
  if (draw === undefined) return x;
  const mask = draw.layer * MASKS_A_LAYER + PLACES[place];
  return dropout(x, packing, { ...draw, rate, mask, firstStep });
}
