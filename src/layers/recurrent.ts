/** A cell run over sequences: time, lengths and states live here, and the cell knows none of them. */
import type { Packing } from "../core/packing.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Unroll } from "../recurrence/unroll.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { StreamingRecurrent } from "./streaming-recurrent.ts";

export type { RecurrentOptions } from "./streaming-recurrent.ts";

/** The states of a layer by name, each [B, size] in the caller's order. */
export type States = ReadonlyMap<string, Tensor>;

export interface RunOptions {
  /** a⟨0⟩ and the like; zeros where absent. */
  readonly initial?: States | undefined;
  /** Where dropout masks come from; nothing is dropped without it. */
  readonly dropout?: DropoutDraw | undefined;
}

/** What a run over whole sequences gives. */
export interface RecurrentResult {
  /** y⟨t⟩ of every step: rows of the packing, [rows, output size]. */
  readonly output: Tensor;
  /** Each sequence's own last state, [B, size] in the caller's order; default the output state. */
  last(state?: string): Tensor;
}

/**
 * A recurrent layer of one direction.
 *
 * @example
 * ```ts
 * import { lstm } from "recurra/cells";
 * const layer = new Recurrent({ engine, name: "rnn", cell: lstm(), inputSize: 27, hiddenSize: 64, seed: 1 });
 * const { output } = layer.run(x, packing);
 * ```
 */
export class Recurrent extends StreamingRecurrent {
  /** Slots for the steps of a batch, to be filled one after the other by what feeds back. */
  unroll(packing: Packing, options: RunOptions = {}): Unroll {
    const { engine } = this.weights.bias;
    return new Unroll({ engine, compiled: this.compiled, weights: this.weights, packing, ...options });
  }

  /**
   * Runs whole sequences.
   *
   * @param x rows of the packing [rows, nx], or one index a row.
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput, packing: Packing, options: RunOptions = {}): RecurrentResult {
    const unroll = this.unroll(packing, options);
    const output = unroll.run(x);
    return { output, last: (state) => unroll.last(state) };
  }
}
