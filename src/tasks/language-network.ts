/** The network of a language model: (embedding) -> deep recurrent layer -> dense -> soft-max over the vocabulary. */
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import { step } from "../autograd/tape.ts";
import { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import {
  CarriedStates,
  Dense,
  Dropout,
  Embedding,
  Stacked,
  type StackedRunOptions,
  type States,
} from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface LanguageNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Numbers a token before the recurrent layer; 0 for one-hot input. */
  readonly embeddingSize: number;
  /** The share of what each layer hands on that is dropped in training; default 0. */
  readonly dropout?: number;
  readonly seed: number;
}

/** Streams that a long text is scored in side by side, and the tokens that each has at least. */
const EVALUATION_STREAMS = 32;
const EVALUATION_STREAM_TOKENS = 2048;
const EVALUATION_WINDOW = 64;

export class LanguageNetwork {
  readonly embedding: Embedding | undefined;
  readonly recurrent: Stacked;
  readonly dense: Dense;
  readonly vocabularySize: number;
  /** Drops from what the top layer hands to the dense one. */
  readonly #dropout: Dropout;

  constructor(options: LanguageNetworkOptions) {
    const { engine, seed, cell, vocabularySize, hiddenSize, layers, embeddingSize, dropout = 0 } = options;
    this.vocabularySize = vocabularySize;
    this.embedding =
      embeddingSize === 0
        ? undefined
        : new Embedding({ engine, name: "embedding", vocabularySize, size: embeddingSize, seed });
    const inputSize = embeddingSize === 0 ? vocabularySize : embeddingSize;
    this.recurrent = new Stacked({ engine, name: "rnn", cell, inputSize, hiddenSize, layers, dropout, seed });
    this.#dropout = new Dropout({ rate: dropout });
    const { outputSize } = this.recurrent;
    this.dense = new Dense({ engine, name: "dense", inputSize: outputSize, outputSize: vocabularySize, seed });
  }

  get engine(): Engine {
    return this.dense.bias.engine;
  }

  get parameters(): readonly Parameter[] {
    return [...(this.embedding?.parameters ?? []), ...this.recurrent.parameters, ...this.dense.parameters];
  }

  /**
   * The scores of the next token after each token.
   *
   * @param ids rows of the packing.
   * @returns scores before the soft-max, [rows, vocabulary], and the last states.
   */
  run(
    ids: Int32Array,
    packing: Packing,
    options: StackedRunOptions = {},
  ): { readonly scores: Tensor; last(): readonly States[] } {
    const x = Indices.from(this.engine, ids, this.vocabularySize);
    const { output, last } = this.recurrent.run(this.embedding?.run(x) ?? x, packing, options);
    const { dropout } = options;
    const above =
      dropout === undefined ? undefined : { ...dropout, layer: dropout.layer + this.recurrent.layers.length };
    return { scores: this.dense.run(this.#dropout.run(output, packing, above)), last };
  }

  /**
   * The mean loss of a window, nats a token; the states are carried on.
   *
   * @param dropout where a cell's dropout masks come from; nothing is dropped without it.
   */
  loss(
    inputs: Int32Array,
    targets: Int32Array,
    packing: Packing,
    carried: CarriedStates,
    dropout?: DropoutDraw,
  ): Tensor {
    const { scores, last } = this.run(inputs, packing, { initial: carried.initial(), dropout });
    carried.keep(last());
    const losses = crossEntropy(scores, Indices.from(this.engine, targets, this.vocabularySize));
    return sum(losses, 1 / targets.length);
  }

  /**
   * The mean loss over a text, nats a token, each token given all before it in its stream.
   *
   * A long text is read in up to 32 streams of equal length side by side, each beginning with zero states; the states
   * are carried from window to window, so memory does not grow with the text.
   *
   * @param ids two tokens or more; all but the first are predicted.
   */
  evaluate(ids: Int32Array): number {
    const predicted = ids.length - 1;
    const streams = Math.max(1, Math.min(EVALUATION_STREAMS, Math.floor(predicted / EVALUATION_STREAM_TOKENS)));
    const even = Math.floor(predicted / streams);
    let total = this.#evaluateStreams(ids, streams, even);
    // what is left when the text is no multiple of the streams continues the last one's text in a stream of its own
    const rest = ids.subarray(streams * even);
    if (rest.length > 1) total += this.#evaluateStreams(rest, 1, rest.length - 1);
    return total / predicted;
  }

  /**
   * The loss of each token but the first, nats: -log p(token | all before it).
   *
   * The states are carried from window to window, so memory does not grow with the text.
   */
  losses(ids: Int32Array): Float64Array {
    const predicted = ids.length - 1;
    const carried = new CarriedStates(this.recurrent, 1);
    const losses = new Float64Array(predicted);
    for (let start = 0; start < predicted; start += EVALUATION_WINDOW) {
      const steps = Math.min(EVALUATION_WINDOW, predicted - start);
      const packing = Packing.uniform(1, steps);
      step(this.engine, () => {
        const { scores, last } = this.run(ids.subarray(start, start + steps), packing, { initial: carried.initial() });
        carried.keep(last());
        const targets = Indices.from(this.engine, ids.subarray(start + 1, start + steps + 1), this.vocabularySize);
        losses.set(crossEntropy(scores, targets).toArray(), start);
      });
    }
    return losses;
  }

  /** Σ loss over `length` predictions of each of `streams` streams that follow each other in the text. */
  #evaluateStreams(ids: Int32Array, streams: number, length: number): number {
    const carried = new CarriedStates(this.recurrent, streams);
    let total = 0;
    for (let start = 0; start < length; start += EVALUATION_WINDOW) {
      const steps = Math.min(EVALUATION_WINDOW, length - start);
      const inputs = new Int32Array(streams * steps);
      const targets = new Int32Array(streams * steps);
      for (let t = 0; t < steps; t++) {
        for (let b = 0; b < streams; b++) {
          const at = b * length + start + t;
          inputs[t * streams + b] = ids[at]!;
          targets[t * streams + b] = ids[at + 1]!;
        }
      }
      const packing = Packing.uniform(streams, steps);
      total += step(this.engine, () => this.loss(inputs, targets, packing, carried).item() * targets.length);
    }
    return total;
  }
}
