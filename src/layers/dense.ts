/** A trained affine map, the same at every step. */
import { linear } from "../autograd/linear.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface DenseOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly seed: number;
}

/** y = x · W + b; weights and bias uniform on ±1/√(input size), as PyTorch draws them. */
export class Dense {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(options: DenseOptions) {
    const { engine, name, inputSize, outputSize, seed } = options;
    const bound = 1 / Math.sqrt(inputSize);
    const draw = (part: string, count: number): Float32Array => {
      const values = new Float32Array(count);
      new Random(seed, `weights ${name}.${part}`).fillUniform(values, -bound, bound);
      return values;
    };
    const weight = draw("weight", inputSize * outputSize);
    this.weight = new Parameter(engine, `${name}.weight`, inputSize, outputSize, weight);
    this.bias = new Parameter(engine, `${name}.bias`, 1, outputSize, draw("bias", outputSize));
  }

  get parameters(): readonly Parameter[] {
    return [this.weight, this.bias];
  }

  /** @param x as [rows, input size]. @returns [rows, output size]. */
  run(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
