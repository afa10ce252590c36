/** The network of a language model: (embedding) -> deep recurrent layer -> dense -> soft-max over the vocabulary. */
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import { step } from "../autograd/tape.ts";
import { RecurraError } from "../core/errors.ts";
import { Packing } from "../core/packing.ts";
import { LineBatches } from "../data/line-batches.ts";
import type { Engine } from "../engine/engine.ts";
import {
  CarriedStates,
  Dense,
  Dropout,
  Embedding,
  Stacked,
  type StackedRunOptions,
  type States,
  type StreamStates,
} from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Parts, parametersOf } from "./weight-files.ts";

export interface LanguageNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Numbers a token before the recurrent layer; 0 for one-hot input. */
  readonly embeddingSize: number;
  /** One table both reads tokens and scores them; default false. */
  readonly tied?: boolean;
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
    const {
      engine,
      seed,
      cell,
      vocabularySize,
      hiddenSize,
      layers,
      embeddingSize,
      dropout = 0,
      tied = false,
    } = options;
    this.vocabularySize = vocabularySize;
    const size = embeddingSize;
    // scores are products with a tied table: small numbers keep the first ones small
    const deviation = tied ? { deviation: 1 / Math.sqrt(size) } : {};
    this.embedding =
      size === 0 ? undefined : new Embedding({ engine, name: "embedding", vocabularySize, size, seed, ...deviation });
    if (tied && this.embedding === undefined) {
      throw new RecurraError("option", {
        where: "language model, option tied",
        expected: "an embedding to tie the scores to",
        got: "embeddingSize 0",
        hint: "Give --embedding the size of --hidden.",
      });
    }
    const inputSize = embeddingSize === 0 ? vocabularySize : embeddingSize;
    this.recurrent = new Stacked({ engine, name: "rnn", cell, inputSize, hiddenSize, layers, dropout, seed });
    this.#dropout = new Dropout({ rate: dropout });
    const { outputSize } = this.recurrent;
    const tiedTo = tied ? this.embedding : undefined;
    this.dense = new Dense({ engine, name: "dense", inputSize: outputSize, outputSize: vocabularySize, seed, tiedTo });
  }

  /** The layers by the names they have in a model file. */
  get parts(): Parts {
    return { embedding: this.embedding, rnn: this.recurrent, dense: this.dense };
  }

  get engine(): Engine {
    return this.dense.bias.engine;
  }

  get parameters(): readonly Parameter[] {
    return parametersOf(this.parts);
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
   * Reads one token of a stream.
   *
   * @returns scores of the token to come next, before the soft-max, [1, vocabulary].
   */
  next(id: number, states: StreamStates): Tensor {
    const x = Indices.from(this.engine, [id], this.vocabularySize);
    return this.dense.run(states.step(this.embedding?.run(x) ?? x));
  }

  /**
   * The mean loss of a batch, nats a token.
   *
   * @param carried the states to begin with, which go on from the batch's end; without them each sequence begins anew.
   * @param dropout where dropout masks come from; nothing is dropped without it.
   */
  loss(
    inputs: Int32Array,
    targets: Int32Array,
    packing: Packing,
    carried?: CarriedStates,
    dropout?: DropoutDraw,
  ): Tensor {
    const { scores, last } = this.run(inputs, packing, { initial: carried?.initial(), dropout });
    carried?.keep(last());
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

  /** The mean loss over sequences that begin anew, nats a token; `endId` stands before the first token of each. */
  evaluateLines(sequences: readonly Int32Array[], endId: number): number {
    const batches = new LineBatches(sequences, { batchSize: EVALUATION_STREAMS, seed: 0, endId });
    let [total, tokens] = [0, 0];
    for (let k = 0; k < batches.batchesPerEpoch; k++) {
      const { inputs, targets, packing } = batches.batch(k);
      total += step(this.engine, () => this.loss(inputs, targets, packing).item() * targets.length);
      tokens += targets.length;
    }
    return total / tokens;
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
