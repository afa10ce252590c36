/** Recurrent layers one above the other, as a model is used. */
import { Packing } from "../core/packing.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Recurrent, type RecurrentResult, type States } from "./recurrent.ts";
import { type RecurrentStackOptions, StreamingStack } from "./streaming-stack.ts";

export type { RecurrentStackOptions } from "./streaming-stack.ts";

export interface StackedRunOptions {
  /** The states before the first step, bottom layer first; zeros where absent. */
  readonly initial?: readonly States[] | undefined;
  /** Where dropout masks come from, its `layer` being the bottom layer's; nothing is dropped without it. */
  readonly dropout?: DropoutDraw | undefined;
}

/** What a run over whole sequences gives. */
export interface StackedResult {
  /** y⟨t⟩ of the top layer, [rows, output size]. */
  readonly output: Tensor;
  /** The last states of each layer, bottom first. */
  last(): readonly States[];
}

/**
 * Runs layers one above the other.
 *
 * @param run runs layer l on its input and gives its output.
 * @param firstStep the first time step that x holds, where steps run one by one; default 0.
 */
export type RunLayers = (
  x: CellInput,
  packing: Packing,
  layers: number,
  draw: DropoutDraw | undefined,
  run: (input: CellInput, l: number, draw: DropoutDraw | undefined) => Tensor,
  firstStep?: number,
) => Tensor;

const ONE_ROW = Packing.uniform(1, 1);

/**
 * A deep recurrent layer.
 *
 *     a[l]⟨t⟩ = cell(a[l]⟨t-1⟩, a[l-1]⟨t⟩)
 *
 * `Stacked` adds what training may want between the layers.
 *
 * Source: the course, "Deep RNNs".
 */
export class RecurrentStack extends StreamingStack<Recurrent> {
  readonly #joined: RunLayers | undefined;

  /** @param joined makes what runs the layers; default: each layer's output is the next one's input. */
  constructor(options: RecurrentStackOptions, joined?: (layers: readonly Recurrent[]) => RunLayers) {
    super(options, (layer) => new Recurrent(layer), joined && ["dropout", "residual"]);
    this.#joined = joined?.(this.layers);
  }

  #runLayers(
    x: CellInput,
    packing: Packing,
    draw: DropoutDraw | undefined,
    run: (input: CellInput, l: number, draw: DropoutDraw | undefined) => Tensor,
    firstStep?: number,
  ): Tensor {
    if (this.#joined !== undefined) return this.#joined(x, packing, this.layers.length, draw, run, firstStep);
    return super.stepLayers(x, (input, l) => run(input, l, drawAbove(draw, l)));
  }

  protected override stepLayers(x: CellInput, step: (input: CellInput, l: number) => Tensor): Tensor {
    return this.#runLayers(x, ONE_ROW, undefined, step);
  }

  /**
   * Slots for the steps of a batch, to be filled one after the other by what feeds back; the same numbers as `run`, bit
   * for bit.
   *
   * @returns a function that takes x⟨t⟩ of the sequences still running, longest first, and gives y⟨t⟩ of the top layer.
   */
  unroll(packing: Packing, options: StackedRunOptions = {}): (x: CellInput) => Tensor {
    const { dropout } = options;
    const slots = this.layers.map((layer, l) => {
      return layer.unroll(packing, { initial: options.initial?.[l], dropout: drawAbove(dropout, l) });
    });
    let t = 0;
    return (x) => this.#runLayers(x, packing, dropout, (input, l) => slots[l]!.step(input), t++);
  }

  /**
   * Runs whole sequences.
   *
   * @param x rows of the packing [rows, nx], or one index a row.
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput, packing: Packing, options: StackedRunOptions = {}): StackedResult {
    const results: RecurrentResult[] = [];
    const output = this.#runLayers(x, packing, options.dropout, (input, l, dropout) => {
      results.push(this.layers[l]!.run(input, packing, { initial: options.initial?.[l], dropout }));
      return results[l]!.output;
    });
    return {
      output,
      last: () =>
        this.layers.map((layer, l) => new Map(layer.cell.states.map((name) => [name, results[l]!.last(name)]))),
    };
  }
}
