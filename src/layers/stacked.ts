/** Recurrent layers one above the other: a deep RNN. */
import type { Packing } from "../core/packing.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type JointOptions, Joints } from "./joints.ts";
import { Recurrent, type RecurrentOptions, type RecurrentResult, type States } from "./recurrent.ts";
import { StackedStream } from "./stacked-stream.ts";

export interface StackedOptions extends RecurrentOptions, JointOptions {
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
 * A deep recurrent layer.
 *
 *     a[l]⟨t⟩ = cell(a[l]⟨t-1⟩, a[l-1]⟨t⟩)
 *
 * In training, a share `dropout` of what layer l hands to layer l + 1 is dropped, other numbers at every step; with
 * `residual` a layer's input is added to its output.
 *
 * Source: the course, "Deep RNNs".
 */
export class Stacked {
  readonly layerKind = "stacked";
  readonly layers: readonly Recurrent[];
  readonly #joints: Joints;
  #stream: StackedStream | undefined;

  /** @throws option when a residual connection's sizes differ. */
  constructor(options: StackedOptions) {
    const layers: Recurrent[] = [];
    for (let l = 0; l < options.layers; l++) {
      const inputSize = layers.at(-1)?.outputSize ?? options.inputSize;
      layers.push(new Recurrent({ ...options, name: `${options.name}.${l}`, inputSize }));
    }
    this.layers = layers;
    this.#joints = new Joints(options.name, layers, options);
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
      const own = dropout === undefined ? undefined : { ...dropout, layer: dropout.layer + l };
      return layer.unroll(packing, { initial: options.initial?.[l], dropout: own });
    });
    let t = 0;
    return (x) => this.#joints.run(x, packing, slots.length, dropout, (input, l) => slots[l]!.step(input), t++);
  }

  /** The place where streams of this network take their steps: one for all, made when it is first asked for. */
  get stream(): StackedStream {
    if (this.#stream?.engine !== this.layers[0]!.weights.bias.engine) {
      this.#stream = new StackedStream(
        this.layers.map((layer) => layer.stream()),
        this.#joints,
      );
    }
    return this.#stream;
  }

  run(x: CellInput, packing: Packing, options: StackedRunOptions = {}): StackedResult {
    const results: RecurrentResult[] = [];
    const output = this.#joints.run(x, packing, this.layers.length, options.dropout, (input, l, dropout) => {
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
