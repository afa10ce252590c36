/** The numbers of a variational dropout mask. */
import type { Packing } from "../core/packing.ts";
import type { Random } from "../core/random.ts";

/** Where the dropout masks of a run come from. */
export interface DropoutDraw {
  readonly random: Random;
  /** The training step and the layer: with the row and the unit they make the counter of each number. */
  readonly step: number;
  readonly layer: number;
}

/** The draw of the layer that stands so many above another; undefined where nothing is dropped. */
export function drawAbove(draw: DropoutDraw | undefined, layers: number): DropoutDraw | undefined {
  return draw === undefined ? undefined : { ...draw, layer: draw.layer + layers };
}

/** Masks that one layer can tell apart: with 2^32 counters, more than any cell has, and room for 65,536 layers. */
const MASKS_A_LAYER = 65_536;

/**
 * 0 with probability `rate`, else 1 / (1 - rate), for each sequence (sorted) and unit; all 1 without a draw.
 *
 * The counter names the caller's row, so a mask depends neither on the order of the batch nor on what else is in it.
 */
export function drawMask(
  packing: Packing,
  width: number,
  rate: number,
  index: number,
  draw: DropoutDraw | undefined,
): Float32Array {
  const mask = new Float32Array(packing.batchSize * width).fill(1);
  if (draw === undefined) return mask;
  const keep = 1 / (1 - rate);
  const threshold = rate * 2 ** 32;
  packing.order.forEach((b, rank) => {
    for (let unit = 0; unit < width; unit += 4) {
      const drawn = draw.random.block(draw.step, draw.layer * MASKS_A_LAYER + index, b, unit >> 2);
      for (let lane = 0; lane < 4 && unit + lane < width; lane++) {
        mask[rank * width + unit + lane] = drawn[lane]! < threshold ? 0 : keep;
      }
    }
  });
  return mask;
}
