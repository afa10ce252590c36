/** Recurrent layers one above the other, as a stream uses them. */
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { StackedStream } from "./stacked-stream.ts";
import type { RecurrentOptions, StreamingRecurrent } from "./streaming-recurrent.ts";

export interface RecurrentStackOptions extends RecurrentOptions {
  /** Layers above each other; the output of layer l is the input of layer l + 1. */
  readonly layers: number;
}

/**
 * A deep recurrent layer that reads sequences as they come; `RecurrentStack` runs whole batches too, and `Stacked` trains.
 *
 *     a[l]⟨t⟩ = cell(a[l]⟨t-1⟩, a[l-1]⟨t⟩)
 *
 * Source: the course, "Deep RNNs".
 */
export class StreamingStack<Layer extends StreamingRecurrent = StreamingRecurrent> {
  readonly layerKind = "stacked";
  readonly layers: readonly Layer[];
  #stream: StackedStream | undefined;

  /**
   * @param layerOf makes a layer.
   * @param others the names of options beside those of a stack.
   * @throws option when one is unknown, or the engine, a size, the seed or the cell is none.
   */
  constructor(
    options: RecurrentStackOptions,
    layerOf: (options: RecurrentOptions) => Layer,
    others: readonly string[] = [],
  ) {
    requireLayer(options, ["layers", "inputSize", "hiddenSize"], ["cell", "seed", ...others]);
    const { engine, name, cell, hiddenSize, seed } = options;
    const layers: Layer[] = [];
    for (let l = 0; l < options.layers; l++) {
      const inputSize = layers.at(-1)?.outputSize ?? options.inputSize;
      layers.push(layerOf({ engine, name: `${name}.${l}`, cell, inputSize, hiddenSize, seed }));
    }
    this.layers = layers;
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

  /** Runs the layers, each on the output of the one below: of one step, or of as many as `run` takes. */
  protected stepLayers(x: CellInput, run: (input: CellInput, l: number) => Tensor): Tensor {
    let output = run(x, 0);
    for (let l = 1; l < this.layers.length; l++) output = run(output, l);
    return output;
  }

  /** The place where streams of this network take their steps: one for all, made when it is first asked for. */
  get stream(): StackedStream {
    if (this.#stream?.engine !== this.engine) {
      const cells = this.layers.map((layer) => layer.stream());
      this.#stream = new StackedStream(cells, (x, step) => this.stepLayers(x, step));
    }
    return this.#stream;
  }
}
