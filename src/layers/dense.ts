/** A trained affine map, the same at every step. */
import { linear, linearTransposed } from "../autograd/linear.ts";
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Embedding } from "./embedding.ts";

export interface DenseOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly seed: WeightSeed;
  /** An embedding of [output size, input size] whose table is the weight, transposed. */
  readonly tiedTo?: Embedding | undefined;
}

/**
 * y = x · W + b; weights and bias uniform on ±1/√(input size), as PyTorch draws them.
 *
 * Tied to an embedding E it is y = x · Eᵀ + b: one table both reads words and scores them, and gathers the gradients of
 * both. The table stays the embedding's parameter; give that a `deviation` of about 1/√size, or the first scores are
 * large.
 *
 * Source: Press and Wolf 2017, arXiv 1608.05859, and Inan, Khosravi and Socher 2017, arXiv 1611.01462 (tied weights).
 */
export class Dense {
  readonly layerKind = "dense";
  /** W as [input size, output size], or a tied embedding's table, which is its transpose. */
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly #tied: boolean;

  /** @throws shape when a tied embedding has other sizes; option when a size or the seed is none. */
  constructor(options: DenseOptions) {
    requireLayer(options, ["inputSize", "outputSize"], ["seed", "tiedTo"]);
    const { engine, name, inputSize, outputSize, seed, tiedTo } = options;
    const table = tiedTo?.table;
    this.#tied = tiedTo !== undefined;
    if (tiedTo !== undefined && (table?.rows !== outputSize || table.columns !== inputSize)) {
      throw new RecurraError("shape", {
        where: `${name}, tiedTo`,
        expected: `an embedding of ${outputSize} words, ${inputSize} numbers each`,
        got: table === undefined ? shown(tiedTo) : `[${table.rows}, ${table.columns}]`,
        hint: "A dense layer between them may bring the hidden size to the embedding's.",
      });
    }
    const bound = 1 / Math.sqrt(inputSize);
    const draw = (part: string, count: number): Float32Array => drawUniform(seed, `${name}.${part}`, count, bound);
    this.weight =
      table ?? new Parameter(engine, `${name}.weight`, inputSize, outputSize, draw("weight", inputSize * outputSize));
    this.bias = new Parameter(engine, `${name}.bias`, 1, outputSize, draw("bias", outputSize));
  }

  /** What this layer owns: a tied weight is listed by its embedding. */
  get parameters(): readonly Parameter[] {
    return this.#tied ? [this.bias] : [this.weight, this.bias];
  }

  /** @param x as [rows, input size]. @returns [rows, output size]. */
  run(x: Tensor): Tensor {
    return this.#tied ? linearTransposed(x, this.weight, this.bias) : linear(x, this.weight, this.bias);
  }
}
