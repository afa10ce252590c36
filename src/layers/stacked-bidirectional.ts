/** Bidirectional layers one above the other. */
import type { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Bidirectional, type BidirectionalOptions, type BidirectionalRunOptions } from "./bidirectional.ts";
import { type JointOptions, runJoined } from "./joints.ts";
import type { States } from "./recurrent.ts";
import type { RunLayers } from "./recurrent-stack.ts";

export interface StackedBidirectionalOptions extends BidirectionalOptions, JointOptions {
  /** Layers above each other; both directions of layer l are the input of both directions of layer l + 1. */
  readonly layers: number;
}

/** The states of both directions. */
export interface BidirectionalStates {
  readonly forward: States;
  readonly backward: States;
}

export interface StackedBidirectionalRunOptions extends Pick<BidirectionalRunOptions, "dropout"> {
  /** The states before each direction's first step, bottom layer first; zeros where absent. */
  readonly initial?: readonly Partial<BidirectionalStates>[] | undefined;
}

/** What a run over whole sequences gives. */
export interface StackedBidirectionalResult {
  /** y⟨t⟩ of the top layer, [rows, output size]. */
  readonly output: Tensor;
  /** The last states of each layer, bottom first. */
  last(): readonly BidirectionalStates[];
}

/**
 * A deep bidirectional layer, as taggers and encoders have it.
 *
 *     a[l]⟨t⟩ = [a→[l]⟨t⟩, a←[l]⟨t⟩],  both from a[l-1]
 *
 * Source: Graves, Jaitly and Mohamed 2013, "Hybrid speech recognition with deep bidirectional LSTM"; PyTorch's
 * num_layers with bidirectional is the same.
 */
export class StackedBidirectional {
  readonly layerKind = "stacked bidirectional";
  readonly layers: readonly Bidirectional[];
  readonly #runLayers: RunLayers;

  /** @throws option when one is unknown, or a residual connection's sizes differ. */
  constructor(options: StackedBidirectionalOptions) {
    requireLayer(options, ["layers", "inputSize", "hiddenSize"], ["cell", "merge", "seed", "dropout", "residual"]);
    const { layers: count, dropout, residual, name, ...layer } = options;
    const layers: Bidirectional[] = [];
    for (let l = 0; l < count; l++) {
      const inputSize = layers.at(-1)?.outputSize ?? options.inputSize;
      layers.push(new Bidirectional({ ...layer, name: `${name}.${l}`, inputSize }));
    }
    this.layers = layers;
    this.#runLayers = runJoined(name, layers, { dropout, residual });
  }

  get parameters(): readonly Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  get outputSize(): number {
    return this.layers.at(-1)!.outputSize;
  }

  /**
   * Runs whole sequences.
   *
   * @param x rows of the packing [rows, nx], or one index a row.
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput, packing: Packing, options: StackedBidirectionalRunOptions = {}): StackedBidirectionalResult {
    const results: ReturnType<Bidirectional["run"]>[] = [];
    const output = this.#runLayers(x, packing, this.layers.length, options.dropout, (input, l, dropout) => {
      results.push(this.layers[l]!.run(input, packing, { initial: options.initial?.[l], dropout }));
      return results[l]!.output;
    });
    const lastOf = (l: number): BidirectionalStates => {
      const pairs = this.layers[l]!.forward.cell.states.map((name) => [name, results[l]!.last(name)] as const);
      return {
        forward: new Map(pairs.map(([name, pair]) => [name, pair.forward])),
        backward: new Map(pairs.map(([name, pair]) => [name, pair.backward])),
      };
    };
    return { output, last: () => this.layers.map((_, l) => lastOf(l)) };
  }
}
