/** A layer that brings every row to mean 0 and variance 1, and then to a trained scale. */
import { layerNorm } from "../autograd/layer-norm.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface LayerNormOptions {
  readonly engine: Engine;
  readonly name: string;
  /** Columns of x. */
  readonly size: number;
  /** Keeps the division finite; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * y = γ ⊙ (x - mean) / √(variance + ε) + β over the columns of each row; γ is 1 and β 0 at first.
 *
 * No row sees another, so neither the batch nor the lengths matter.
 *
 * Source: Ba, Kiros and Hinton 2016, arXiv 1607.06450, equation 4.
 */
export class LayerNorm {
  readonly layerKind = "layer norm";
  readonly gain: Parameter;
  readonly bias: Parameter;
  readonly #epsilon: number;

  /** @throws option when one is unknown, or the engine or the size is none. */
  constructor(options: LayerNormOptions) {
    requireLayer(options, ["size"], ["epsilon"]);
    const { engine, name, size, epsilon = 1e-5 } = options;
    this.gain = new Parameter(engine, `${name}.weight`, 1, size, new Float32Array(size).fill(1));
    this.bias = new Parameter(engine, `${name}.bias`, 1, size, new Float32Array(size));
    this.#epsilon = epsilon;
  }

  get parameters(): readonly Parameter[] {
    return [this.gain, this.bias];
  }

  /** @param x as [rows, size]. @returns [rows, size]. */
  run(x: Tensor): Tensor {
    return layerNorm(x, this.gain, this.bias, this.#epsilon);
  }
}
