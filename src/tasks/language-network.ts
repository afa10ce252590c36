/** The network of a language model: (embedding) -> deep recurrent layer -> dense -> soft-max over the vocabulary. */
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import { RecurraError } from "../core/errors.ts";
import { Packing } from "../core/packing.ts";
import { partsOf } from "../core/parts-of.ts";
import { lineBatch } from "../data/line-batch.ts";
import type { TokenIds } from "../data/token-ids.ts";
import {
  CarriedStates,
  Dense,
  type Dropout,
  Embedding,
  RecurrentStack,
  type RecurrentStackOptions,
  type StackedRunOptions,
  type States,
} from "../layers/index.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Embed, SamplingNetwork, type SamplingNetworkOptions } from "./sampling-network.ts";

export interface LanguageNetworkOptions extends Omit<SamplingNetworkOptions, "embed"> {
  /** Numbers a token before the recurrent layer; 0 for one-hot input. */
  readonly embeddingSize: number;
  /** Updates touch only the rows of the embedding that a step has read; default false. */
  readonly sparseEmbedding?: boolean;
  /** Makes the recurrent layers; default without dropout between them. */
  readonly stack?: ((options: RecurrentStackOptions) => RecurrentStack) | undefined;
  /** Drops from what the top layer hands to the output, in training; default nothing. */
  readonly dropout?: Dropout | undefined;
}

/** Streams that a long text is scored in side by side, and the tokens that each has at least. */
const EVALUATION_STREAMS = 32;
const EVALUATION_STREAM_TOKENS = 2048;
const EVALUATION_WINDOW = 64;

/** What a network says of the token after each row. */
export interface Predictions {
  /** Scores whose soft-max are the probabilities, [rows, vocabulary]. */
  scores(): Tensor;
  /** -log p of each row's target, [rows, 1], nats. */
  losses(targets: Int32Array): Tensor;
  /** The states after each sequence's last step, bottom layer first. */
  last(): readonly States[];
}

export class LanguageNetwork extends SamplingNetwork<RecurrentStack> {
  readonly #dropout: Dropout | undefined;

  constructor(options: LanguageNetworkOptions) {
    const { embeddingSize: size, sparseEmbedding: sparse = false, tied = false, adaptive } = options;
    if (tied && size === 0) {
      throw new RecurraError("option", {
        where: "language model, option tied",
        expected: "an embedding to tie the scores to",
        got: "embeddingSize 0",
        hint: "Give --embedding the size of --hidden.",
      });
    }
    if (tied && (adaptive !== undefined || sparse)) {
      throw new RecurraError("option", {
        where: "language model, option tied",
        expected: "a plain soft-max and dense updates, since every row of the table scores",
        got: sparse ? "sparse updates of the embedding" : "an adaptive soft-max",
      });
    }
    // scores are products with a tied table: small numbers keep the first ones small
    const table = { size, sparse, ...(tied ? { deviation: 1 / Math.sqrt(size) } : {}) };
    const embed: Embed | undefined = size === 0 ? undefined : (made) => new Embedding({ ...made, ...table });
    super({ ...options, embed }, options.stack ?? ((made) => new RecurrentStack(made)));
    this.#dropout = options.dropout;
  }

  /**
   * Reads tokens, to predict the one after each.
   *
   * @param ids rows of the packing.
   */
  run(ids: Int32Array, packing: Packing, options: StackedRunOptions = {}): Predictions {
    const x = Indices.from(this.engine, ids, this.vocabularySize);
    const { output, last } = this.recurrent.run(this.embedding?.run(x) ?? x, packing, options);
    const { dropout } = options;
    const above = drawAbove(dropout, this.recurrent.layers.length);
    const top = this.#dropout?.run(output, packing, above) ?? output;
    return { last, scores: () => this.scores(top), losses: (targets) => this.#losses(top, targets) };
  }

  #losses(top: Tensor, targets: Int32Array): Tensor {
    if (!(this.output instanceof Dense)) return this.output.losses(top, targets);
    return crossEntropy(this.output.run(top), Indices.from(this.engine, targets, this.vocabularySize));
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
    const { losses, last } = this.run(inputs, packing, { initial: carried?.initial(), dropout });
    carried?.keep(last());
    return sum(losses(targets), 1 / targets.length);
  }

  /**
   * The mean loss over a text, nats a token, each token given all before it in its stream.
   *
   * A long text is read in up to 32 streams of equal length side by side, each beginning with zero states; the states
   * are carried from window to window, so memory does not grow with the text.
   *
   * @param ids two tokens or more; all but the first are predicted.
   */
  evaluate(ids: TokenIds): number {
    const predicted = ids.length - 1;
    const streams = Math.max(1, Math.min(EVALUATION_STREAMS, Math.floor(predicted / EVALUATION_STREAM_TOKENS)));
    const even = Math.floor(predicted / streams);
    let total = this.#evaluateStreams(ids, 0, streams, even);
    // what is left when the text is no multiple of the streams continues the last one's text in a stream of its own
    const rest = predicted - streams * even;
    if (rest > 0) total += this.#evaluateStreams(ids, streams * even, 1, rest);
    return total / predicted;
  }

  /** The mean loss over sequences that begin anew, nats a token; `endId` stands before the first token of each. */
  evaluateLines(sequences: readonly Int32Array[], endId: number): number {
    const sorted = [...sequences].sort((a, b) => b.length - a.length);
    let [total, tokens] = [0, 0];
    for (const part of partsOf(sorted, EVALUATION_STREAMS)) {
      const { inputs, targets, packing } = lineBatch(part, endId);
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
    const result = new Float64Array(predicted);
    for (let start = 0; start < predicted; start += EVALUATION_WINDOW) {
      const steps = Math.min(EVALUATION_WINDOW, predicted - start);
      const packing = Packing.uniform(1, steps);
      step(this.engine, () => {
        const { losses, last } = this.run(ids.subarray(start, start + steps), packing, { initial: carried.initial() });
        carried.keep(last());
        result.set(losses(ids.subarray(start + 1, start + steps + 1)).toArray(), start);
      });
    }
    return result;
  }

  /** Σ loss over `length` predictions of each of `streams` streams that follow each other in the text from `from` on. */
  #evaluateStreams(ids: TokenIds, from: number, streams: number, length: number): number {
    const carried = new CarriedStates(this.recurrent, streams);
    const cursors = Array.from({ length: streams }, () => ids.cursor());
    let total = 0;
    for (let start = 0; start < length; start += EVALUATION_WINDOW) {
      const steps = Math.min(EVALUATION_WINDOW, length - start);
      const inputs = new Int32Array(streams * steps);
      const targets = new Int32Array(streams * steps);
      const row = new Int32Array(steps + 1);
      cursors.forEach((cursor, b) => {
        cursor.read(from + b * length + start, row);
        for (let t = 0; t < steps; t++) {
          inputs[t * streams + b] = row[t]!;
          targets[t * streams + b] = row[t + 1]!;
        }
      });
      const packing = Packing.uniform(streams, steps);
      total += step(this.engine, () => this.loss(inputs, targets, packing, carried).item() * targets.length);
    }
    return total;
  }
}
