/** Two recurrent layers over the same sequences, one forwards and one backwards in time. */
import { type Merge, merges } from "../autograd/merge.ts";
import { selectRows } from "../autograd/select-rows.ts";
import type { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import { requireOneOf } from "../core/require-option.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Recurrent, type RecurrentOptions, type States } from "./recurrent.ts";

export interface BidirectionalOptions extends RecurrentOptions {
  /** How the directions become one output; default "concat", the notes' and PyTorch's, which doubles its size. */
  readonly merge?: Merge | undefined;
}

export interface BidirectionalRunOptions {
  /** The states before each direction's first step; zeros where absent. */
  readonly initial?: { readonly forward?: States; readonly backward?: States } | undefined;
  /** Where dropout masks come from; nothing is dropped without it. */
  readonly dropout?: DropoutDraw | undefined;
}

/** What a run over whole sequences gives. */
export interface BidirectionalResult {
  /** y⟨t⟩ of every step, [rows, output size]. */
  readonly output: Tensor;
  /** Each direction's last state, [B, size] in the caller's order; default the output state. */
  last(state?: string): { readonly forward: Tensor; readonly backward: Tensor };
}

/** Set apart from any forward layer's number in the counters of dropout masks. */
const BACKWARD_LAYER = 1 << 15;

/**
 * A bidirectional recurrent layer: every output sees the whole sequence.
 *
 *     y⟨t⟩ = [a→⟨t⟩, a←⟨t⟩], or with another merge a→⟨t⟩ + a←⟨t⟩, their mean, or a→⟨t⟩ ⊙ a←⟨t⟩
 *
 * Each sequence is reversed by its own length, so padding never comes first.
 *
 * Source: Schuster and Paliwal 1997; the course, "Bidirectional RNN".
 */
export class Bidirectional {
  readonly layerKind = "bidirectional";
  readonly forward: Recurrent;
  readonly backward: Recurrent;
  readonly merge: Merge;

  /** @throws option when one is unknown, or the merge has another name. */
  constructor(options: BidirectionalOptions) {
    requireLayer(options, ["inputSize", "hiddenSize"], ["cell", "merge", "seed"]);
    const { merge = "concat", name, ...direction } = options;
    requireOneOf(...Object.keys(merges))(`${name}, merge`, merge);
    this.merge = merge;
    this.forward = new Recurrent({ ...direction, name: `${name}.forward` });
    this.backward = new Recurrent({ ...direction, name: `${name}.backward` });
  }

  get parameters(): readonly Parameter[] {
    return [...this.forward.parameters, ...this.backward.parameters];
  }

  get inputSize(): number {
    return this.forward.inputSize;
  }

  /** Columns of the output: both directions' beside each other, or one's where they are merged in another way. */
  get outputSize(): number {
    return (this.merge === "concat" ? 2 : 1) * this.forward.outputSize;
  }

  /**
   * Runs whole sequences in both directions.
   *
   * @param x rows of the packing [rows, nx], or one index a row.
   * @returns the outputs [rows, output size] and each direction's last states: the backward one's after the sequence's
   * first step.
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput, packing: Packing, options: BidirectionalRunOptions = {}): BidirectionalResult {
    const { engine } = x;
    const { dropout, initial } = options;
    const reversal = Indices.from(engine, packing.reversal, packing.rows);
    const reversed = x instanceof Indices ? selectIndices(x, packing.reversal) : selectRows(x, reversal);
    const forward = this.forward.run(x, packing, { dropout, initial: initial?.forward });
    // the two directions draw masks of their own
    const backDropout = drawAbove(dropout, BACKWARD_LAYER);
    const backward = this.backward.run(reversed, packing, { dropout: backDropout, initial: initial?.backward });
    return {
      output: merges[this.merge](forward.output, selectRows(backward.output, reversal)),
      last: (state) => ({ forward: forward.last(state), backward: backward.last(state) }),
    };
  }
}

/** The numbers at the given places. */
function selectIndices({ engine, offset, count, limit }: Indices, places: Int32Array): Indices {
  const values = engine.readIndices(offset, count);
  return Indices.from(
    engine,
    places.map((place) => values[place]!),
    limit,
  );
}
