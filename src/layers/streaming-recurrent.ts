/** A recurrent layer as a stream uses it: its weights, and a place to read one sequence a step at a time. */
import type { WeightSeed } from "../core/draw-weights.ts";
import { requireLayer } from "../core/require-layer.ts";
import { requireOption } from "../core/require-option.ts";
import type { Engine } from "../engine/engine.ts";
import { CellStream } from "../recurrence/cell-stream.ts";
import { type CellWeights, createCellWeights } from "../recurrence/cell-weights.ts";
import { type CompiledCell, compileCell } from "../recurrence/compiled-cell.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { Parameter } from "../tensor/parameter.ts";

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
  readonly seed: WeightSeed;
}

/** A recurrent layer of one direction that reads sequences as they come; `Recurrent` runs whole batches too, and trains. */
export class StreamingRecurrent {
  readonly layerKind = "recurrent";
  readonly name: string;
  readonly cell: Cell;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weights: CellWeights;
  protected readonly compiled: CompiledCell;

  /** @throws option when one is unknown, or the engine, a size, the seed or the cell is none. */
  constructor(options: RecurrentOptions) {
    requireLayer(options, ["inputSize", "hiddenSize"], ["cell", "seed"]);
    const { name, cell, inputSize, hiddenSize } = options;
    requireOption(`${name}, cell`, cell, "graph" in Object(cell), "a cell, such as lstm() of recurra/cells");
    this.name = name;
    this.cell = cell;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.compiled = compileCell(cell, inputSize, hiddenSize);
    this.weights = createCellWeights(this.compiled.forward, options);
  }

  get parameters(): readonly Parameter[] {
    return this.weights.parameters;
  }

  /** Columns of the output. */
  get outputSize(): number {
    return this.compiled.forward.graph.output.size;
  }

  /** Units of each state. */
  get stateSizes(): ReadonlyMap<string, number> {
    return new Map(this.compiled.forward.graph.states.map((state) => [state.name, state.size]));
  }

  /** A place to read one sequence a step at a time. */
  stream(): CellStream {
    return new CellStream(this.compiled, this.weights);
  }
}
