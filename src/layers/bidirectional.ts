/** Two recurrent layers over the same sequences, one forwards and one backwards in time. */
import { concatColumns } from "../autograd/concat-columns.ts";
import { selectRows } from "../autograd/select-rows.ts";
import type { Packing } from "../core/packing.ts";
import type { CellInput } from "../recurrence/unroll.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Recurrent, type RecurrentOptions, type RunOptions } from "./recurrent.ts";

/**
 * A bidirectional recurrent layer: every output sees the whole sequence.
 *
 *     ŷ⟨t⟩ = [a→⟨t⟩, a←⟨t⟩]
 *
 * Each sequence is reversed by its own length, so padding never comes first.
 *
 * Source: Schuster and Paliwal 1997; the course, "Bidirectional RNN".
 */
export class Bidirectional {
  readonly forward: Recurrent;
  readonly backward: Recurrent;

  constructor(options: RecurrentOptions) {
    this.forward = new Recurrent({ ...options, name: `${options.name}.forward` });
    this.backward = new Recurrent({ ...options, name: `${options.name}.backward` });
  }

  get parameters(): readonly Parameter[] {
    return [...this.forward.parameters, ...this.backward.parameters];
  }

  get outputSize(): number {
    return 2 * this.forward.outputSize;
  }

  /**
   * @param x rows of the packing [rows, nx], or one index a row.
   * @returns [rows, 2 · output size]: forwards beside backwards.
   */
  run(x: CellInput, packing: Packing, options: { readonly dropout?: RunOptions["dropout"] } = {}): Tensor {
    const { engine } = x;
    const reversal = Indices.from(engine, packing.reversal, packing.rows);
    const reversed = x instanceof Indices ? x.select(packing.reversal) : selectRows(x, reversal);
    const forwards = this.forward.run(x, packing, options).output;
    const backwards = selectRows(this.backward.run(reversed, packing, options).output, reversal);
    return concatColumns(forwards, backwards);
  }
}
