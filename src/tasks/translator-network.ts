/** The network of a translator: encoder -> attention <- decoder -> soft-max over the target's tokens. */

import { plus, squash } from "../autograd/arithmetic.ts";
import { concatColumns } from "../autograd/concat-columns.ts";
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { selectColumns } from "../autograd/select-columns.ts";
import { selectRows } from "../autograd/select-rows.ts";
import { sum } from "../autograd/sum.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { largestOf } from "../core/largest-of.ts";
import type { Packing } from "../core/packing.ts";
import type { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import {
  Attention,
  type AttentionMemory,
  type AttentionResult,
  type AttentionScore,
  Dense,
  Dropout,
  Embedding,
  Stacked,
  type States,
} from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { TranslatorBatch } from "./translator-batch.ts";
import type { Parts } from "./weight-files.ts";

export interface TranslatorSizes {
  /** Tokens of the source, <UNK> among them. */
  readonly sourceSize: number;
  /** Tokens of the target, <UNK> and <EOS> among them. */
  readonly targetSize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly attention: AttentionScore | "none";
  readonly inputFeeding: boolean;
}

export interface TranslatorNetworkOptions extends TranslatorSizes {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

/** How a decoder is trained on its own predictions. */
export interface ScheduledSampling {
  /** The share of tokens that the decoder reads from itself. */
  readonly rate: number;
  readonly random: Random;
  readonly step: number;
}

/** Sources that have been read. */
export interface EncodedSources {
  /** What attention looks at; none without attention. */
  readonly memory: AttentionMemory | undefined;
  /** The decoder's first states, bottom layer first. */
  readonly initial: readonly States[];
}

/** What a step of the decoder gives, a row for each sequence. */
interface DecoderOutput {
  /** ã⟨t⟩ = tanh(Wc [c⟨t⟩, s⟨t⟩]), or s⟨t⟩ where there is no attention. */
  readonly output: Tensor;
  readonly attended: AttentionResult | undefined;
}

/** Places of dropout in the counters of masks, beside those of the encoder's and the decoder's layers. */
const DECODER_LAYER = 64;
const [SOURCE_EMBEDDING, TARGET_EMBEDDING, OUTPUT] = [128, 129, 130];
/** Counters of one update and of one sequence, for the lots of scheduled sampling. */
const [SEQUENCES, STEPS] = [2 ** 13, 2 ** 12];

/**
 * An encoder and a decoder.
 *
 *     a⟨t'⟩ = encoder(x)⟨t'⟩                      s⟨0⟩ = tanh(Wb [last a→, last a←] + bb)
 *     s⟨t⟩ = decoder(s⟨t-1⟩, y⟨t-1⟩)              c⟨t⟩ = attention(s⟨t⟩, a)
 *     ã⟨t⟩ = tanh(Wc [c⟨t⟩, s⟨t⟩] + bc)           ŷ⟨t⟩ = softmax(Wy ã⟨t⟩ + by)
 *
 * With input feeding the decoder reads [y⟨t-1⟩, ã⟨t-1⟩]. Without it, and without scheduled sampling, the states of all
 * steps are known before attention looks, so that one batch of products serves them all.
 *
 * Source: Luong, Pham and Manning 2015, arXiv 1508.04025v5, sections 3 and 3.3; the course, "Attention model".
 */
export class TranslatorNetwork {
  readonly sizes: TranslatorSizes;
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly encoder: DeepRecurrent;
  readonly bridge: Dense;
  readonly decoder: Stacked;
  readonly attention: Attention | undefined;
  readonly combine: Dense | undefined;
  readonly output: Dense;
  /** Columns of ã. */
  readonly feedSize: number;
  readonly #dropout: Dropout;

  constructor(options: TranslatorNetworkOptions) {
    const { engine, cell, dropout = 0, seed, sourceSize, targetSize, embeddingSize, hiddenSize, layers } = options;
    const { bidirectional, attention, inputFeeding } = options;
    this.sizes = options;
    const base = { engine, seed };
    const embedding = { ...base, size: embeddingSize, deviation: 0.5 };
    this.sourceEmbedding = new Embedding({ ...embedding, name: "source_embedding", vocabularySize: sourceSize });
    this.targetEmbedding = new Embedding({ ...embedding, name: "target_embedding", vocabularySize: targetSize });
    const deep = { ...base, cell, hiddenSize, layers, dropout };
    this.encoder = deepRecurrent({ ...deep, name: "encoder", inputSize: embeddingSize, bidirectional });
    const top = this.encoder.layers.at(-1)!;
    // without attention ã is the decoder's output, which has the columns of one direction of the encoder's
    this.feedSize = attention === "none" ? ("forward" in top ? top.forward : top).outputSize : hiddenSize;
    const fed = inputFeeding ? this.feedSize : 0;
    this.decoder = new Stacked({ ...deep, name: "decoder", inputSize: embeddingSize + fed });
    const memorySize = this.encoder.outputSize;
    const stateSizes = this.decoder.layers.flatMap((layer) => [...layer.stateSizes.values()]);
    const stateSize = stateSizes.reduce((a, b) => a + b, 0);
    this.bridge = new Dense({ ...base, name: "bridge", inputSize: memorySize, outputSize: stateSize });
    const querySize = this.decoder.outputSize;
    this.attention =
      attention === "none"
        ? undefined
        : new Attention({ ...base, name: "attention", score: attention, querySize, memorySize, hiddenSize });
    this.combine =
      attention === "none"
        ? undefined
        : new Dense({ ...base, name: "combine", inputSize: memorySize + querySize, outputSize: hiddenSize });
    this.output = new Dense({ ...base, name: "output", inputSize: this.feedSize, outputSize: targetSize });
    this.#dropout = new Dropout({ rate: dropout });
  }

  get engine(): Engine {
    return this.output.bias.engine;
  }

  /** What the network is made of, by the names in a model file. */
  get parts(): Parts {
    return {
      source_embedding: this.sourceEmbedding,
      target_embedding: this.targetEmbedding,
      encoder: this.encoder,
      bridge: this.bridge,
      decoder: this.decoder,
      "attention.query": this.attention?.query,
      "attention.key": this.attention?.key,
      "attention.v": this.attention?.v,
      combine: this.combine,
      output: this.output,
    };
  }

  /** Reads sources: `ids` are the rows of the packing. */
  encode(ids: Int32Array, packing: Packing, draw?: DropoutDraw): EncodedSources {
    const embedded = this.sourceEmbedding.run(Indices.from(this.engine, ids, this.sizes.sourceSize));
    const x = this.#drop(embedded, packing, draw, SOURCE_EMBEDDING);
    const { output, last } = this.encoder.run(x, packing, { dropout: draw });
    const top = last().at(-1)!;
    const name = this.encoder.layers.at(-1)!;
    const state = ("forward" in name ? name.forward : name).cell.output;
    const summary =
      "forward" in top ? concatColumns(top.forward.get(state)!, top.backward.get(state)!) : top.get(state)!;
    return { memory: this.attention?.read(output, packing), initial: this.#firstStates(summary) };
  }

  /** s⟨0⟩ of every layer from what the encoder came to. */
  #firstStates(summary: Tensor): States[] {
    const all = squash(this.bridge.run(summary));
    let column = 0;
    return this.decoder.layers.map((layer) => {
      const states = new Map<string, Tensor>();
      for (const [name, size] of layer.stateSizes) {
        states.set(name, selectColumns(all, column, column + size));
        column += size;
      }
      return states;
    });
  }

  /** Looks at the sources and squashes: ã of rows of decoder outputs. */
  attend(states: Tensor, memory: AttentionMemory | undefined, sequences: ArrayLike<number>): DecoderOutput {
    if (this.attention === undefined || memory === undefined) return { output: states, attended: undefined };
    const attended = this.attention.run(states, memory, sequences);
    return { output: squash(this.combine!.run(concatColumns(attended.context, states))), attended };
  }

  /** What the decoder reads: the token before, and with input feeding ã⟨t-1⟩. */
  read(ids: ArrayLike<number>, fed: Tensor | undefined): Tensor {
    const embedded = this.targetEmbedding.run(Indices.from(this.engine, ids, this.sizes.targetSize));
    return fed === undefined ? embedded : concatColumns(embedded, fed);
  }

  /**
   * The mean loss of a batch, nats a target token.
   *
   * @param sampling lets the decoder read some of its own predictions; without it, the right tokens (teacher forcing).
   */
  loss(batch: TranslatorBatch, draw?: DropoutDraw, sampling?: ScheduledSampling): Tensor {
    const encoded = this.encode(batch.sourceIds, batch.sourcePacking, draw);
    if (this.sizes.inputFeeding || sampling !== undefined) return this.#lossByStep(batch, encoded, draw, sampling);
    const { targetPacking: packing } = batch;
    const x = this.#drop(this.read(batch.inputIds, undefined), packing, draw, TARGET_EMBEDDING);
    const dropout = drawAbove(draw, DECODER_LAYER);
    const { output: states } = this.decoder.run(x, packing, { initial: encoded.initial, dropout });
    const { output } = this.attend(states, encoded.memory, rowSequences(packing));
    const scores = this.output.run(this.#drop(output, packing, draw, OUTPUT));
    const targets = Indices.from(this.engine, batch.targetIds, this.sizes.targetSize);
    return sum(crossEntropy(scores, targets), 1 / packing.rows);
  }

  /** As `loss`, step by step, since a step reads what the one before gave. */
  #lossByStep(
    batch: TranslatorBatch,
    encoded: EncodedSources,
    draw: DropoutDraw | undefined,
    sampling: ScheduledSampling | undefined,
  ): Tensor {
    const { engine } = this;
    const { targetPacking: packing } = batch;
    const dropout = drawAbove(draw, DECODER_LAYER);
    const unroll = this.decoder.unroll(packing, { initial: encoded.initial, dropout });
    const targets = Indices.from(engine, batch.targetIds, this.sizes.targetSize);
    let loss: Tensor | undefined;
    let fed: Tensor | undefined;
    let own: Int32Array | undefined; // the likeliest token of the step before
    for (let t = 0; t < packing.steps; t++) {
      const [start, count] = [packing.offsets[t]!, packing.active[t]!];
      const ids = batch.inputIds.slice(start, start + count);
      if (own !== undefined && sampling !== undefined) readOwn(ids, own, packing, t, sampling);
      if (this.sizes.inputFeeding) fed = this.#feed(fed, count);
      const x = this.#drop(this.read(ids, fed), packing, draw, TARGET_EMBEDDING, t);
      const { output } = this.attend(unroll(x), encoded.memory, packing.order.subarray(0, count));
      if (this.sizes.inputFeeding) fed = output;
      const scores = this.output.run(this.#drop(output, packing, draw, OUTPUT, t));
      if (sampling !== undefined) own = likeliestOf(scores);
      const step = sum(crossEntropy(scores, targets.slice(start, start + count)), 1 / packing.rows);
      loss = loss === undefined ? step : plus(loss, step);
    }
    return loss!;
  }

  /** ã⟨t-1⟩ of the sequences still running; zeros before the first step. */
  #feed(before: Tensor | undefined, count: number): Tensor {
    if (before === undefined) {
      const zeros = Tensor.allocate(this.engine, count, this.feedSize);
      this.engine.fill(zeros.offset, zeros.size, 0);
      return zeros;
    }
    if (before.rows === count) return before;
    return selectRows(before, Indices.from(this.engine, [...Array(count).keys()], before.rows));
  }

  #drop(x: Tensor, packing: Packing, draw: DropoutDraw | undefined, place: number, firstStep?: number): Tensor {
    return this.#dropout.run(x, packing, drawAbove(draw, place), firstStep);
  }
}

/** The sequence of each row of a packing. */
function rowSequences(packing: Packing): Int32Array {
  const sequences = new Int32Array(packing.rows);
  packing.forEachRow((row, b) => {
    sequences[row] = b;
  });
  return sequences;
}

/** Puts the decoder's own tokens in the place of some right ones; each lot depends on update, sequence and step alone. */
function readOwn(ids: Int32Array, own: Int32Array, packing: Packing, t: number, sampling: ScheduledSampling): void {
  const { rate, random, step } = sampling;
  for (let rank = 0; rank < ids.length; rank++) {
    const lot = random.uniform((step * SEQUENCES + packing.order[rank]!) * STEPS + t);
    if (lot < rate) ids[rank] = own[rank]!;
  }
}

/** The column of the largest score of each row, the first of equals. */
function likeliestOf(scores: Tensor): Int32Array {
  const { engine, offset, size, rows, columns } = scores;
  const values = engine.view(offset, size);
  return Int32Array.from({ length: rows }, (_, row) => largestOf(values, row * columns, columns));
}
