/** Sums of trained vectors: what a linear model over features is. */
import { addRows } from "../autograd/add-rows.ts";
import { times } from "../autograd/arithmetic.ts";
import { lookUp } from "../autograd/look-up.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { Tensor } from "../tensor/tensor.ts";

export interface EmbeddingBagOptions {
  readonly engine: Engine;
  readonly name: string;
  /** Rows of the table: how many features there are. */
  readonly vocabularySize: number;
  /** Columns: numbers a feature. */
  readonly size: number;
}

/** The features of rows side by side, those of a row in order. */
export interface Bags {
  /** [features]. */
  readonly ids: Int32Array;
  /** For each feature, the row that it belongs to. */
  readonly rowOf: Int32Array;
  /** What sums are multiplied by: 1 / (1 - rate) where a share of the features is dropped, else 1. */
  readonly scale: number;
}

/**
 * The sum of the vectors of each row's features.
 *
 *     y = scale · Σₖ E[k] over the features k of the row
 *
 * Begins at 0, so that where it stands beside a network it takes over what features tell and leaves the rest. A row's sum depends on no
 * other row.
 *
 * Source: PyTorch's EmbeddingBag, mode sum; Cheng et al. 2016, arXiv 1606.07792 (the wide part).
 */
export class EmbeddingBag {
  readonly table: Parameter;

  /** @throws option when one is unknown, or the engine or a size is none. */
  constructor(options: EmbeddingBagOptions) {
    requireLayer(options, ["vocabularySize", "size"]);
    const { engine, name, vocabularySize, size } = options;
    this.table = new Parameter(engine, `${name}.weight`, vocabularySize, size, new Float32Array(vocabularySize * size));
  }

  get parameters(): readonly Parameter[] {
    return [this.table];
  }

  /**
   * Sums for `rows` rows; of one without features it is 0.
   *
   * @returns [rows, size].
   * @throws data when a feature or a row is out of range.
   */
  run({ ids, rowOf, scale }: Bags, rows: number): Tensor {
    const { engine, rows: features, columns } = this.table;
    const all = (value: number): Tensor =>
      Tensor.from(engine, rows, columns, new Float32Array(rows * columns).fill(value));
    const vectors = lookUp(this.table, Indices.from(engine, ids, features));
    const sums = addRows(all(0), vectors, Indices.from(engine, rowOf, rows));
    return scale === 1 ? sums : times(sums, all(scale));
  }
}
