/** The network of a classifier: input -> deep recurrent layer -> pooling -> dense. */
import { concatColumns } from "../autograd/concat-columns.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Packing } from "../core/packing.ts";
import { packedFrames } from "../data/pack-frames.ts";
import { packLetters } from "../data/pack-letters.ts";
import { packedIds } from "../data/pack-sequences.ts";
import type { Engine } from "../engine/engine.ts";
import { CharacterEncoder } from "../layers/character-encoder.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import { Dense, Dropout, Embedding, Pooling, type PoolingKind } from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { EncodedSequence, InputSizes } from "./classifier-input.ts";
import type { Parts } from "./weight-files.ts";

/** The sizes that options choose. */
export interface ClassifierSizes {
  readonly embeddingSize: number;
  /** Units of each direction of the letters' layer. */
  readonly letterSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly pooling: PoolingKind;
  /** Tx, the steps of every sequence; only where the pooling is "flatten". */
  readonly steps?: number | undefined;
}

export interface ClassifierNetworkOptions extends ClassifierSizes {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly input: InputSizes;
  /** Columns of the last layer. */
  readonly outputSize: number;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

/** Small first vectors leave the word in what training says of it; those of rare words are else noise. */
const DEVIATION = 0.1;
/** Numbers of a letter. */
const LETTER_EMBEDDING = 16;

/**
 *     x⟨t⟩ = E[token⟨t⟩], or [E[word⟨t⟩], letters→, letters←], or the numbers of a step
 *     a = layers(x)     p = pool(a⟨1⟩ … a⟨Tx⟩)     z = p W + b
 */
export class ClassifierNetwork {
  readonly embedding: Embedding | undefined;
  readonly characters: CharacterEncoder | undefined;
  readonly encoder: DeepRecurrent;
  readonly pooling: Pooling;
  readonly output: Dense;
  readonly #input: InputSizes;
  readonly #dropout: Dropout;

  constructor(options: ClassifierNetworkOptions) {
    const { engine, cell, input, embeddingSize, letterSize, outputSize, bidirectional, dropout = 0, seed } = options;
    this.#input = input;
    const { tokens, letters, columns = 0 } = input;
    const table = { engine, name: "embedding", size: embeddingSize, seed, deviation: DEVIATION };
    this.embedding = tokens === undefined ? undefined : new Embedding({ ...table, vocabularySize: tokens });
    const characters = { engine, name: "letters", cell, embeddingSize: LETTER_EMBEDDING, hiddenSize: letterSize, seed };
    this.characters =
      letters === undefined ? undefined : new CharacterEncoder({ ...characters, vocabularySize: letters });
    const inputSize = tokens === undefined ? columns : embeddingSize + (this.characters?.outputSize ?? 0);
    const { hiddenSize, layers } = options;
    const sizes = { inputSize, hiddenSize, layers, bidirectional, dropout, seed };
    this.encoder = deepRecurrent({ engine, name: "encoder", cell, ...sizes });
    const { pooling: kind, steps } = options;
    const states = this.encoder.outputSize;
    this.pooling = new Pooling({ engine, name: "pooling", kind, inputSize: states, bidirectional, steps, seed });
    this.output = new Dense({ engine, name: "output", inputSize: this.pooling.outputSize, outputSize, seed });
    this.#dropout = new Dropout({ rate: dropout });
  }

  get engine(): Engine {
    return this.output.bias.engine;
  }

  get parts(): Parts {
    const { embedding, characters, encoder, pooling, output } = this;
    return {
      embedding,
      "letters.embedding": characters?.embedding,
      "letters.rnn": characters?.recurrent,
      encoder,
      pooling: pooling.kind === "attention" ? pooling : undefined,
      output,
    };
  }

  /** x⟨t⟩ of sequences side by side, [rows, input size]. */
  input(sequences: readonly EncodedSequence[], packing: Packing): Tensor {
    const { engine, embedding, characters } = this;
    if (embedding === undefined) {
      const { columns = 0 } = this.#input;
      const frames = sequences.map((sequence) => sequence.frames);
      return Tensor.from(engine, packing.rows, columns, packedFrames(frames, packing, columns));
    }
    const ids = packedIds(
      sequences.map(({ tokens }) => tokens),
      packing,
    );
    const e = embedding.run(Indices.from(engine, ids, embedding.table.rows));
    if (characters === undefined) return e;
    const words = packLetters(
      sequences.map(({ letters }) => letters),
      packing,
    );
    return concatColumns(e, characters.run(words));
  }

  /**
   * Scores z, [B, output size] in the caller's order.
   *
   * @param dropout without it nothing is dropped. Numbers that are read as they are lose nothing: there is no embedding to thin.
   */
  scores(sequences: readonly EncodedSequence[], dropout?: DropoutDraw): Tensor {
    const packing = new Packing(sequences.map(({ length }) => length));
    const whole = this.input(sequences, packing);
    const x = this.embedding === undefined ? whole : this.#dropout.run(whole, packing, dropout);
    const inner = drawAbove(dropout, 1);
    const { output } = this.encoder.run(x, packing, { dropout: inner });
    const pooled = this.pooling.run(output, packing);
    const single = Packing.uniform(sequences.length, 1);
    return this.output.run(this.#dropout.run(pooled, single, drawAbove(dropout, 1 + this.encoder.layers.length)));
  }
}
