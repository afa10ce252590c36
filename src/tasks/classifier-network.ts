/** The network of a classifier: embedding -> deep recurrent layer -> pooling -> dense -> soft-max over labels. */
import { Packing } from "../core/packing.ts";
import { packSequences } from "../data/pack-sequences.ts";
import type { Engine } from "../engine/engine.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import { Dense, Dropout, Embedding, Pooling, type PoolingKind } from "../layers/index.ts";
import { softmaxCrossEntropy } from "../losses/softmax-cross-entropy.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Parts } from "./weight-files.ts";

/** The sizes of a classifier's network. */
export interface ClassifierSizes {
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly pooling: PoolingKind;
  /** Tx, the tokens of every sequence; only where the pooling is "flatten". */
  readonly steps?: number;
}

export interface ClassifierNetworkOptions extends ClassifierSizes {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly vocabularySize: number;
  /** K, how many labels there are. */
  readonly classes: number;
  readonly dropout?: number;
  readonly seed: number;
}

/** Small first vectors leave the word in what training says of it; those of rare words are else noise. */
const DEVIATION = 0.1;

/**
 *     e⟨t⟩ = E[x⟨t⟩]     a = layers(e)     p = pool(a⟨1⟩ … a⟨Tx⟩)     ŷ = softmax(p W + b)
 */
export class ClassifierNetwork {
  readonly embedding: Embedding;
  readonly encoder: DeepRecurrent;
  readonly pooling: Pooling;
  readonly output: Dense;
  readonly #dropout: Dropout;

  constructor(options: ClassifierNetworkOptions) {
    const { engine, vocabularySize, embeddingSize, classes, bidirectional, dropout = 0, seed } = options;
    const table = { engine, name: "embedding", vocabularySize, size: embeddingSize, seed, deviation: DEVIATION };
    this.embedding = new Embedding(table);
    this.encoder = deepRecurrent({ ...options, name: "encoder", inputSize: embeddingSize, dropout });
    const { pooling: kind, steps } = options;
    const inputSize = this.encoder.outputSize;
    this.pooling = new Pooling({ engine, name: "pooling", kind, inputSize, bidirectional, steps, seed });
    this.output = new Dense({ engine, name: "output", inputSize: this.pooling.outputSize, outputSize: classes, seed });
    this.#dropout = new Dropout({ rate: dropout });
  }

  get engine(): Engine {
    return this.output.bias.engine;
  }

  get parts(): Parts {
    const { embedding, encoder, pooling, output } = this;
    return { embedding, encoder, pooling: pooling.kind === "attention" ? pooling : undefined, output };
  }

  /** The vectors of tokens. */
  embed(ids: Int32Array): Tensor {
    return this.embedding.run(Indices.from(this.engine, ids, this.embedding.table.rows));
  }

  /**
   * Scores before the soft-max, [B, K] in the caller's order.
   *
   * @param dropout without it nothing is dropped.
   */
  scores(sequences: readonly Int32Array[], dropout?: DropoutDraw): Tensor {
    const { packing, ids } = packSequences(sequences);
    const at = (layer: number): DropoutDraw | undefined =>
      dropout === undefined ? undefined : { ...dropout, layer: dropout.layer + layer };
    const e = this.#dropout.run(this.embed(ids), packing, at(0));
    const inner = at(1);
    const { output } = this.encoder.run(e, packing, inner === undefined ? {} : { dropout: inner });
    const pooled = this.pooling.run(output, packing);
    const single = Packing.uniform(sequences.length, 1);
    return this.output.run(this.#dropout.run(pooled, single, at(1 + this.encoder.layers.length)));
  }

  /** The mean loss of sequences, nats. */
  loss(
    sequences: readonly Int32Array[],
    labels: Int32Array,
    options: { readonly dropout: DropoutDraw; readonly classWeights?: ArrayLike<number> | undefined },
  ): Tensor {
    const scores = this.scores(sequences, options.dropout);
    const targets = Indices.from(this.engine, labels, scores.columns);
    return softmaxCrossEntropy(scores, targets, { classWeights: options.classWeights });
  }
}
