/** Recurrent layers one above the other, as a model is used. */
import type { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Recurrent, type RecurrentOptions, type RecurrentResult, type States } from "./recurrent.ts";
import { StackedStream } from "./stacked-stream.ts";

export interface RecurrentStackOptions extends RecurrentOptions {
  /** Layers above each other; the output of layer l is the input of layer l + 1. */
  readonly layers: number;
}

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

/** Each layer's output is the next one's input. */
const handOn: RunLayers = (x, _packing, layers, draw, run) => {
  let output = run(x, 0, draw);
  for (let l = 1; l < layers; l++) output = run(output, l, drawAbove(draw, l));
  return output;
};

/**
 * A deep recurrent layer.
 *
 *     a[l]⟨t⟩ = cell(a[l]⟨t-1⟩, a[l-1]⟨t⟩)
 *
 * `Stacked` adds what training may want between the layers.
 *
 * Source: the course, "Deep RNNs".
 */
export class RecurrentStack {
  readonly layerKind = "stacked";
  readonly layers: readonly Recurrent[];
  readonly #runLayers: RunLayers;
  #stream: StackedStream | undefined;

  /** @param joined makes what runs the layers. */
  constructor(options: RecurrentStackOptions, joined: (layers: readonly Recurrent[]) => RunLayers = () => handOn) {
    const layers: Recurrent[] = [];
    for (let l = 0; l < options.layers; l++) {
      const inputSize = layers.at(-1)?.outputSize ?? options.inputSize;
      layers.push(new Recurrent({ ...options, name: `${options.name}.${l}`, inputSize }));
    }
    this.layers = layers;
    this.#runLayers = joined(layers);
  }

  get engine(): Engine {
    return this.layers[0]!.weights.bias.engine;
  }

  get parameters(): readonly Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  get outputSize(): number {
    return this.layers.at(-1)!.outputSize;
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
    return (x) => this.#runLayers(x, packing, slots.length, dropout, (input, l) => slots[l]!.step(input), t++);
  }

  /** The place where streams of this network take their steps: one for all, made when it is first asked for. */
  get stream(): StackedStream {
    if (this.#stream?.engine !== this.engine) {
      this.#stream = new StackedStream(
        this.layers.map((layer) => layer.stream()),
        this.#runLayers,
      );
    }
    return this.#stream;
  }

  /**
   * Runs whole sequences.
   *
   * @param x rows of the packing [rows, nx], or one index a row.
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput, packing: Packing, options: StackedRunOptions = {}): StackedResult {
    const results: RecurrentResult[] = [];
    const output = this.#runLayers(x, packing, this.layers.length, options.dropout, (input, l, dropout) => {
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
