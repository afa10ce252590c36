/** The network of a transcriber: stacked frames -> deep recurrent layer -> dense -> soft-max over blank and characters. */
import { ctcLoss } from "../autograd/ctc-loss.ts";
import { sum } from "../autograd/sum.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Packing } from "../core/packing.ts";
import { packedFrames } from "../data/pack-frames.ts";
import type { Engine } from "../engine/engine.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import { Dense, Dropout } from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Parts } from "./weight-files.ts";

export interface TranscriberNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  /** Numbers of a stacked frame. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Characters and the blank, which is class 0. */
  readonly classes: number;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

export class TranscriberNetwork {
  readonly encoder: DeepRecurrent;
  readonly output: Dense;
  readonly inputSize: number;
  readonly classes: number;
  readonly #dropout: Dropout;

  constructor(options: TranscriberNetworkOptions) {
    const { engine, cell, classes, inputSize, hiddenSize, layers, bidirectional, dropout = 0, seed } = options;
    this.inputSize = inputSize;
    this.classes = classes;
    const sizes = { inputSize, hiddenSize, layers, bidirectional, dropout, seed };
    this.encoder = deepRecurrent({ engine, name: "encoder", cell, ...sizes });
    this.#dropout = new Dropout({ rate: dropout });
    this.output = new Dense({ engine, name: "output", inputSize: this.encoder.outputSize, outputSize: classes, seed });
  }

  get engine(): Engine {
    return this.output.bias.engine;
  }

  get parts(): Parts {
    return { encoder: this.encoder, output: this.output };
  }

  /** Clips' frames, each [T, inputSize], as rows of one packing. */
  pack(clips: readonly Float32Array[]): { readonly x: Tensor; readonly packing: Packing } {
    const { inputSize } = this;
    const packing = new Packing(clips.map(({ length }) => length / inputSize));
    const rows = packedFrames(clips, packing, inputSize);
    return { x: Tensor.from(this.engine, packing.rows, inputSize, rows), packing };
  }

  /** Scores before the soft-max, rows of the packing, [rows, classes]. */
  scores(x: Tensor, packing: Packing, dropout?: DropoutDraw): Tensor {
    const { output } = this.encoder.run(x, packing, { dropout });
    const above = drawAbove(dropout, this.encoder.layers.length);
    return this.output.run(this.#dropout.run(output, packing, above));
  }

  /** The mean CTC loss of clips, nats a clip. */
  loss(clips: readonly Float32Array[], labels: readonly Int32Array[], dropout: DropoutDraw): Tensor {
    const { x, packing } = this.pack(clips);
    return sum(ctcLoss(this.scores(x, packing, dropout), packing, labels), 1 / clips.length);
  }
}
