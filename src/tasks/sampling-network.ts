/** The network of a language model as a stream uses it: (embedding) -> deep recurrent layer -> dense, a token at a time. */
import type { WeightSeed } from "../core/draw-weights.ts";
import type { Engine } from "../engine/engine.ts";
import type { AdaptiveSoftmax, AdaptiveSoftmaxOptions } from "../layers/adaptive-softmax.ts";
import { Dense } from "../layers/dense.ts";
import type { Embedding, EmbeddingOptions } from "../layers/embedding.ts";
import type { StreamStates } from "../layers/stream-states.ts";
import type { RecurrentStackOptions, StreamingStack } from "../layers/streaming-stack.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Parts } from "./weight-files.ts";

/** Makes an embedding of a size and beginning that it knows. */
export type Embed = (options: Omit<EmbeddingOptions, "size">) => Embedding;

export interface SamplingNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Makes the embedding before the recurrent layer; default none: one-hot input. */
  readonly embed?: Embed | undefined;
  /** One table both reads tokens and scores them; default false. */
  readonly tied?: boolean;
  /** Makes an adaptive soft-max to score with; default none: a dense layer with a plain soft-max. */
  readonly adaptive?: ((options: AdaptiveSoftmaxOptions) => AdaptiveSoftmax) | undefined;
  readonly seed: WeightSeed;
}

/** What `LanguageSampler` samples from; `LanguageNetwork` reads whole texts too, and is trained. */
export class SamplingNetwork<Stack extends StreamingStack = StreamingStack> {
  readonly embedding: Embedding | undefined;
  readonly recurrent: Stack;
  readonly output: Dense | AdaptiveSoftmax;
  readonly vocabularySize: number;

  /** @param stack makes the recurrent layers. */
  constructor(options: SamplingNetworkOptions, stack: (options: RecurrentStackOptions) => Stack) {
    const { engine, seed, cell, vocabularySize, hiddenSize, layers, adaptive } = options;
    this.vocabularySize = vocabularySize;
    this.embedding = options.embed?.({ engine, name: "embedding", vocabularySize, seed });
    const inputSize = this.embedding?.table.columns ?? vocabularySize;
    this.recurrent = stack({ engine, name: "rnn", cell, inputSize, hiddenSize, layers, seed });
    const tiedTo = options.tied === true ? this.embedding : undefined;
    const shared = { engine, name: "dense", inputSize: this.recurrent.outputSize, seed };
    this.output =
      adaptive === undefined
        ? new Dense({ ...shared, outputSize: vocabularySize, tiedTo })
        : adaptive({ ...shared, classes: vocabularySize });
  }

  /** The layers by the names they have in a model file. */
  get parts(): Parts {
    const { output } = this;
    return {
      embedding: this.embedding,
      rnn: this.recurrent,
      ...(output instanceof Dense ? { dense: output } : output.parts),
    };
  }

  get engine(): Engine {
    return this.recurrent.engine;
  }

  /** Scores of what may follow each row of the top layer's output, [rows, vocabulary]; their soft-max are the probabilities. */
  protected scores(top: Tensor): Tensor {
    return this.output instanceof Dense ? this.output.run(top) : this.output.scores(top);
  }

  /**
   * Reads one token of a stream.
   *
   * @returns scores of the token to come next, before the soft-max, [1, vocabulary].
   */
  next(id: number, states: StreamStates): Tensor {
    const x = Indices.from(this.engine, [id], this.vocabularySize);
    return this.scores(states.step(this.embedding?.run(x) ?? x));
  }
}
