/** A layer that drops some numbers while it trains. */
import type { Packing } from "../core/packing.ts";
import { requireRate } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dropRows } from "./row-dropout.ts";

export interface DropoutLayerOptions {
  /** The share of numbers that are dropped, from 0 to below 1. */
  readonly rate: number;
}

/**
 * Dropout: y = x ⊙ m in training, y = x in use.
 *
 * @throws option when the rate is not from 0 to below 1, or one is unknown.
 * Source: Srivastava et al. 2014, "Dropout".
 * @example
 * ```ts
 * import { Random } from "recurra";
 * const layer = new Dropout({ rate: 0.2 });
 * const y = layer.run(x, packing, { random: new Random(1, "dropout"), step: 0, layer: 7 });
 * ```
 */
export class Dropout {
  readonly rate: number;

  constructor(options: DropoutLayerOptions) {
    requireNames("Dropout", options, ["rate"]);
    requireRate("Dropout, rate", options.rate);
    this.rate = options.rate;
  }

  /**
   * Drops from rows.
   *
   * @param x rows of the packing, [rows, units]; of one row a sequence, with `Packing.uniform(B, 1)`.
   * @param draw where masks come from; nothing is dropped without it. Give each layer of a model a `layer` of its own.
   * @param firstStep the first time step that x holds, where steps run one by one; default 0.
   */
  run(x: Tensor, packing: Packing, draw?: DropoutDraw, firstStep = 0): Tensor {
    return dropRows(x, packing, this.rate, draw, "layer", firstStep);
  }
}
