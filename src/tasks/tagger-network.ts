/** The network of a tagger: words, letters and shapes -> deep recurrent layer -> dense -> soft-max or CRF. */

import { plus } from "../autograd/arithmetic.ts";
import { concatColumns } from "../autograd/concat-columns.ts";
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { WORD_FEATURE_BUCKETS } from "../data/encoders/word-features.ts";
import { WORD_SHAPE_FEATURES } from "../data/encoders/word-shape.ts";
import type { Engine } from "../engine/engine.ts";
import { CharacterEncoder } from "../layers/character-encoder.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import { Crf, Dense, Dropout, Embedding, EmbeddingBag, type StreamStates } from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { TaggerBatch } from "./tagger-batch.ts";
import type { EncoderSizes } from "./tagger-encoder.ts";
import type { Parts } from "./weight-files.ts";

/** The sizes that options choose. */
export interface TaggerSizes {
  readonly output: "softmax" | "crf";
  readonly embeddingSize: number;
  /** Units of each direction of the letters' layer. */
  readonly letterSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Whether O has a bias of its own, fitted after training. */
  readonly fitOutsideBias: boolean;
}

export interface TaggerNetworkOptions extends TaggerSizes, EncoderSizes {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

/** Numbers of an ending and of a letter. */
const SUFFIX_SIZE = 16;
const LETTER_EMBEDDING = 16;
/** Places of dropout in the counters of masks, beside those of the recurrent layers. */
const [INPUT, OUTPUT] = [128, 129];

/**
 * Words to tags.
 *
 *     x⟨t⟩ = [E[word⟨t⟩], letters→, letters←, ending, shape]        a⟨t⟩ = deep recurrent layer(x)⟨t⟩
 *     z⟨t⟩ = Wy a⟨t⟩ + by [+ Σₖ F[k], features k of step t]         ŷ⟨t⟩ = softmax(z⟨t⟩), or a CRF over all z
 *
 * Source: Lample et al. 2016, arXiv 1603.01360; Huang, Xu and Yu 2015, arXiv 1508.01991 (shapes, and features
 * tied straight to the output); Cheng et al. 2016, arXiv 1606.07792 (deep and wide).
 */
export class TaggerNetwork {
  readonly embedding: Embedding;
  readonly characters: CharacterEncoder | undefined;
  readonly suffixes: Embedding | undefined;
  readonly recurrent: DeepRecurrent;
  readonly dense: Dense;
  readonly crf: Crf | undefined;
  /** The scores that features give by themselves, beside those of the layers. */
  readonly features: EmbeddingBag | undefined;
  /** What is added to the scores of O, nats, [1, 1]; no gradient reaches it, and it is kept with the weights it was fitted to. */
  readonly outsideBias: Parameter | undefined;
  readonly #options: TaggerNetworkOptions;
  readonly #dropout: Dropout;

  constructor(options: TaggerNetworkOptions) {
    const { engine, seed, cell, words, letters, suffixes, features, labels, dropout = 0 } = options;
    const { embeddingSize, letterSize, hiddenSize, layers, bidirectional, output, fitOutsideBias } = options;
    this.#options = options;
    const embed = (name: string, vocabularySize: number, size: number): Embedding =>
      new Embedding({ engine, name, vocabularySize, size, seed, deviation: 1 / Math.sqrt(size) });
    this.embedding = embed("embedding", words, embeddingSize);
    this.characters =
      letters === undefined
        ? undefined
        : new CharacterEncoder({
            engine,
            name: "letters",
            cell,
            vocabularySize: letters,
            embeddingSize: LETTER_EMBEDDING,
            hiddenSize: letterSize,
            seed,
          });
    this.suffixes = suffixes === undefined ? undefined : embed("suffixes", suffixes, SUFFIX_SIZE);
    const seen = this.suffixes === undefined ? 0 : SUFFIX_SIZE + WORD_SHAPE_FEATURES.length;
    const inputSize = embeddingSize + (this.characters?.outputSize ?? 0) + seen;
    const sizes = { inputSize, hiddenSize, layers, bidirectional, dropout, seed };
    this.recurrent = deepRecurrent({ engine, name: "rnn", cell, ...sizes });
    this.#dropout = new Dropout({ rate: dropout });
    this.dense = new Dense({ engine, name: "dense", inputSize: this.recurrent.outputSize, outputSize: labels, seed });
    this.crf = output === "crf" ? new Crf({ engine, name: "crf", tags: labels, seed }) : undefined;
    this.features = features
      ? new EmbeddingBag({ engine, name: "features", vocabularySize: WORD_FEATURE_BUCKETS, size: labels })
      : undefined;
    this.outsideBias = fitOutsideBias ? new Parameter(engine, "outside_bias", 1, 1, [0]) : undefined;
  }

  /** The layers by the names they have in a model file. */
  get parts(): Parts {
    return {
      embedding: this.embedding,
      "letters.embedding": this.characters?.embedding,
      "letters.rnn": this.characters?.recurrent,
      suffixes: this.suffixes,
      rnn: this.recurrent,
      dense: this.dense,
      crf: this.crf,
      features: this.features,
      outside_bias: this.outsideBias,
    };
  }

  get engine(): Engine {
    return this.dense.bias.engine;
  }

  /** x⟨t⟩: the word, its letters, its ending and its shape, side by side. */
  #input(batch: TaggerBatch): Tensor {
    const { engine } = this;
    const { packing, words, suffixes, shapes } = batch;
    let x = this.embedding.run(Indices.from(engine, words, this.#options.words));
    if (this.characters !== undefined) x = concatColumns(x, this.characters.run(batch));
    if (this.suffixes !== undefined) {
      x = concatColumns(x, this.suffixes.run(Indices.from(engine, suffixes, this.#options.suffixes!)));
      x = concatColumns(x, Tensor.from(engine, packing.rows, WORD_SHAPE_FEATURES.length, shapes));
    }
    return x;
  }

  /**
   * The scores z⟨t⟩ of every label, [rows, K], before any soft-max.
   *
   * @param draw where dropout masks come from; nothing is dropped without it.
   */
  scores(batch: TaggerBatch, draw?: DropoutDraw): Tensor {
    const { packing } = batch;
    const x = this.#dropout.run(this.#input(batch), packing, drawAbove(draw, INPUT));
    const { output } = this.recurrent.run(x, packing, { dropout: draw });
    const z = this.dense.run(this.#dropout.run(output, packing, drawAbove(draw, OUTPUT)));
    if (this.features === undefined || batch.features === undefined) return z;
    return plus(z, this.features.run(batch.features, packing.rows));
  }

  /** Reads one token of a stream of a unidirectional network: the scores of its labels, [1, K]. */
  next(batch: TaggerBatch, states: StreamStates): Tensor {
    return this.dense.run(states.step(this.#input(batch)));
  }

  /** The mean loss, nats a token: of the soft-max -log ŷ⟨t⟩[y⟨t⟩], of the CRF -log p(y | x) shared out to its tokens. */
  loss(batch: TaggerBatch, labels: Int32Array, draw?: DropoutDraw): Tensor {
    const scores = this.scores(batch, draw);
    const targets = Indices.from(this.engine, labels, this.#options.labels);
    const losses = this.crf?.loss(scores, targets, batch.packing) ?? crossEntropy(scores, targets);
    return sum(losses, 1 / labels.length);
  }
}
