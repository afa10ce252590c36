/** A cell run over sequences: time, lengths and states live here, and the cell knows none of them. */
import type { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import { CellStream } from "../recurrence/cell-stream.ts";
import { type CellWeights, createCellWeights } from "../recurrence/cell-weights.ts";
import { type CompiledCell, compileCell } from "../recurrence/compiled-cell.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Unroll } from "../recurrence/unroll.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The states of a layer by name, each [B, size] in the caller's order. */
export type States = ReadonlyMap<string, Tensor>;

export interface RecurrentOptions {
  readonly engine: Engine;
  /** Begins the names of the parameters: `rnn.0`. */
  readonly name: string;
  readonly cell: Cell;
  /** nx: columns of x, or the number of classes of a one-hot x. */
  readonly inputSize: number;
  /** na: units of the hidden state. */
  readonly hiddenSize: number;
  /** Draws the weights; the same seed gives the same weights everywhere. */
  readonly seed: number;
}

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
export class Recurrent {
  readonly layerKind = "recurrent";
  readonly name: string;
  readonly cell: Cell;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weights: CellWeights;
  readonly #compiled: CompiledCell;

  constructor(options: RecurrentOptions) {
    this.name = options.name;
    this.cell = options.cell;
    this.inputSize = options.inputSize;
    this.hiddenSize = options.hiddenSize;
    this.#compiled = compileCell(options.cell, options.inputSize, options.hiddenSize);
    this.weights = createCellWeights(this.#compiled.forward, options);
  }

  get parameters(): readonly Parameter[] {
    return this.weights.parameters;
  }

  /** Columns of the output. */
  get outputSize(): number {
    return this.#compiled.forward.graph.output.size;
  }

  /** Units of each state. */
  get stateSizes(): ReadonlyMap<string, number> {
    return new Map(this.#compiled.forward.graph.states.map((state) => [state.name, state.size]));
  }

  /** Slots for the steps of a batch, to be filled one after the other by what feeds back. */
  unroll(packing: Packing, options: RunOptions = {}): Unroll {
    const { engine } = this.weights.bias;
    return new Unroll({ engine, compiled: this.#compiled, weights: this.weights, packing, ...options });
  }

  /** A place to read one sequence a step at a time. */
  stream(): CellStream {
    return new CellStream(this.#compiled, this.weights);
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
