/** Trained vectors for words or characters. */
import { lookUp } from "../autograd/look-up.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Random } from "../core/random.ts";
import { fillNormal } from "../core/random-normal.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import type { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface EmbeddingOptions {
  readonly engine: Engine;
  readonly name: string;
  /** Rows of the table. */
  readonly vocabularySize: number;
  /** Columns: numbers a word. */
  readonly size: number;
  readonly seed: WeightSeed;
  /** Standard deviation of the first numbers; default 1, as PyTorch's. */
  readonly deviation?: number;
  /**
   * Updates touch only the rows that a step has read, so that a large table costs no more than a small one; default
   * false, as PyTorch's. The moments of the other rows stay what they are, where a dense Adam would let them fade.
   */
  readonly sparse?: boolean;
}

/** A table of trained vectors, one a word; drawn from a normal distribution around 0. */
export class Embedding {
  readonly layerKind = "embedding";
  readonly table: Parameter;

  /** @throws option when one is unknown, or the engine, a size or the seed is none. */
  constructor(options: EmbeddingOptions) {
    requireLayer(options, ["vocabularySize", "size"], ["seed", "deviation", "sparse"]);
    const { engine, name, vocabularySize, size, seed, deviation = 1, sparse = false } = options;
    const values = new Float32Array(vocabularySize * size);
    if (seed !== "none") fillNormal(new Random(seed, `weights ${name}.weight`), values, 0, deviation);
    this.table = new Parameter(engine, `${name}.weight`, vocabularySize, size, values, { sparse });
  }

  get parameters(): readonly Parameter[] {
    return [this.table];
  }

  /** @returns one row of the table for each index, [rows, size]. */
  run(indices: Indices): Tensor {
    return lookUp(this.table, indices);
  }
}
