/** Vectors of words from their letters. */
import { concatColumns } from "../autograd/concat-columns.ts";
import { selectRows } from "../autograd/select-rows.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Bidirectional } from "./bidirectional.ts";
import { Embedding } from "./embedding.ts";

export interface CharacterEncoderOptions {
  readonly engine: Engine;
  /** Begins the names of the parameters. */
  readonly name: string;
  readonly cell: Cell;
  /** How many characters there are. */
  readonly vocabularySize: number;
  /** Numbers a character. */
  readonly embeddingSize: number;
  /** Units of each direction. */
  readonly hiddenSize: number;
  readonly seed: WeightSeed;
}

/** The words of a batch of sentences, each distinct word once. */
export interface WordLetters {
  /** The character ids of each distinct word, at least one character each. */
  readonly letters: readonly Int32Array[];
  /** For each row of the sentences, which of those words it is. */
  readonly wordOf: ArrayLike<number>;
}

/**
 * A bidirectional recurrent layer over the letters of each word: what a name or an ending looks like, known or not.
 *
 *     v = [a→⟨T⟩, a←⟨1⟩]  of the word's letters x⟨1⟩ … x⟨T⟩
 *
 * The words are sequences of their own, with a packing of their own; a word that occurs again is read once, and its rows
 * all get its vector. No word sees another, so that a word's vector does not depend on the batch.
 *
 * Source: Lample et al. 2016, arXiv 1603.01360, section 4.1.
 */
export class CharacterEncoder {
  readonly embedding: Embedding;
  readonly recurrent: Bidirectional;
  readonly #vocabularySize: number;

  constructor(options: CharacterEncoderOptions) {
    requireLayer(options, ["vocabularySize", "embeddingSize", "hiddenSize"], ["cell", "seed"]);
    const { engine, name, cell, vocabularySize, embeddingSize, hiddenSize, seed } = options;
    this.#vocabularySize = vocabularySize;
    const embedding = { engine, name: `${name}.embedding`, vocabularySize, size: embeddingSize, seed };
    this.embedding = new Embedding({ ...embedding, deviation: 1 / Math.sqrt(embeddingSize) });
    this.recurrent = new Bidirectional({
      engine,
      name: `${name}.rnn`,
      cell,
      inputSize: embeddingSize,
      hiddenSize,
      seed,
    });
  }

  get parameters(): readonly Parameter[] {
    return [...this.embedding.parameters, ...this.recurrent.parameters];
  }

  get outputSize(): number {
    return this.recurrent.outputSize;
  }

  /** @returns v of each row's word, [rows, output size]. */
  run({ letters, wordOf }: WordLetters): Tensor {
    const { engine } = this.embedding.table;
    const packing = new Packing(letters.map((word) => word.length));
    const ids = new Int32Array(packing.rows);
    packing.forEachRow((row, b, t) => {
      ids[row] = letters[b]![t]!;
    });
    const x = this.embedding.run(Indices.from(engine, ids, this.#vocabularySize));
    const { forward, backward } = this.recurrent.run(x, packing).last();
    return selectRows(concatColumns(forward, backward), Indices.from(engine, wordOf, letters.length));
  }
}
