/** A whole sequence as one row: what a classifier reads. */
import { squash } from "../autograd/arithmetic.ts";
import { concatColumns } from "../autograd/concat-columns.ts";
import { linear } from "../autograd/linear.ts";
import { poolFlatten } from "../autograd/pool-flatten.ts";
import { poolMax } from "../autograd/pool-max.ts";
import { poolMean } from "../autograd/pool-mean.ts";
import { poolSoftmax } from "../autograd/pool-softmax.ts";
import { requireSteps } from "../autograd/require-steps.ts";
import { selectColumns } from "../autograd/select-columns.ts";
import { selectRows } from "../autograd/select-rows.ts";
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import { RecurraError } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import type { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import { requireOneOf, requireOption } from "../core/require-option.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Dense } from "./dense.ts";

/** How the steps of a sequence become one row. */
export const poolings = ["last", "mean", "max", "attention", "flatten"] as const;
export type PoolingKind = (typeof poolings)[number];

export interface PoolingOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly kind: PoolingKind;
  /** Columns of the rows that are pooled. */
  readonly inputSize: number;
  /** Whether the second half of the columns is of a direction that runs backwards, so that its last state stands at t = 1. */
  readonly bidirectional?: boolean | undefined;
  /** Tx, how many steps every sequence has; only "flatten" needs it. */
  readonly steps?: number | undefined;
  /** Draws the weights of attention. */
  readonly seed: WeightSeed;
}

/**
 * One row for each sequence, whatever its length ("flatten": of one length).
 *
 *     last:       a⟨Tx⟩; of both directions [a→⟨Tx⟩, a←⟨1⟩]
 *     mean, max:  over t, each unit by itself
 *     attention:  α = softmax_t(vᵀ tanh(W a⟨t⟩ + b)),  Σ_t α⟨t⟩ a⟨t⟩
 *     flatten:    [a⟨1⟩ … a⟨Tx⟩], for sequences of one length in which a place has a meaning
 *
 * A sequence's row has the same bits whatever else is in the batch.
 *
 * Source: the course, "Different types of RNNs" (many to one); Collobert et al. 2011, arXiv 1103.0398 (max over time); Yang et al. 2016, "Hierarchical attention networks", equations 5 to 7.
 * @example
 * ```ts
 * import { Pooling } from "recurra/layers";
 * const pooling = new Pooling({ engine, name: "pooling", kind: "max", inputSize: 64, seed: 1 });
 * const rows = pooling.run(output, packing); // [B, 64]
 * ```
 */
export class Pooling {
  readonly kind: PoolingKind;
  readonly #inputSize: number;
  readonly #bidirectional: boolean;
  /** Tx of "flatten". */
  readonly #steps: number | undefined;
  /** W and b of attention. */
  readonly #projection: Dense | undefined;
  /** v of attention, [columns, 1]. */
  readonly #vector: Parameter | undefined;

  /** @throws option when one is unknown, the kind has another name, or "flatten" does not know how many steps there are. */
  constructor(options: PoolingOptions) {
    requireLayer(options, ["inputSize"], ["kind", "bidirectional", "steps", "seed"]);
    const { engine, name, kind, inputSize, bidirectional = false, steps, seed } = options;
    requireOneOf(...poolings)(`${name}, kind`, kind);
    this.kind = kind;
    this.#inputSize = inputSize;
    this.#bidirectional = bidirectional;
    if (kind === "flatten") {
      requireOption(`${name}, steps`, steps, isInteger(steps, 1), "how many steps every sequence has");
      this.#steps = steps;
    }
    if (kind !== "attention") return;
    this.#projection = new Dense({ engine, name: `${name}.projection`, inputSize, outputSize: inputSize, seed });
    const values = drawUniform(seed, `${name}.vector`, inputSize, 1 / Math.sqrt(inputSize));
    this.#vector = new Parameter(engine, `${name}.vector`, inputSize, 1, values);
  }

  /** Columns of a sequence's row. */
  get outputSize(): number {
    return (this.#steps ?? 1) * this.#inputSize;
  }

  get parameters(): readonly Parameter[] {
    return this.#vector === undefined ? [] : [...this.#projection!.parameters, this.#vector];
  }

  /**
   * @param x rows of the packing, [rows, input size].
   * @returns [B, output size] in the caller's order.
   * @throws shape when x does not fit, a sequence has no step, or one to be flattened has another number of steps.
   */
  run(x: Tensor, packing: Packing): Tensor {
    if (x.columns !== this.#inputSize) {
      throw new RecurraError("shape", {
        where: `Pooling "${this.kind}"`,
        expected: `x as [rows, ${this.#inputSize}]`,
        got: `[${x.rows}, ${x.columns}]`,
      });
    }
    switch (this.kind) {
      case "last":
        return this.#last(x, packing);
      case "mean":
        return poolMean(x, packing);
      case "max":
        return poolMax(x, packing);
      case "attention":
        return poolSoftmax(x, linear(squash(this.#projection!.run(x)), this.#vector!), packing);
      case "flatten":
        return this.#flatten(x, packing);
    }
  }

  #flatten(x: Tensor, packing: Packing): Tensor {
    const y = poolFlatten(x, packing);
    if (y.columns === this.outputSize) return y;
    throw new RecurraError("shape", {
      where: `Pooling "flatten"`,
      expected: `sequences of ${this.#steps} steps`,
      got: `${packing.steps}`,
    });
  }

  #last(x: Tensor, packing: Packing): Tensor {
    requireSteps(`Pooling "last"`, x, packing);
    const [first, last] = [new Int32Array(packing.batchSize), new Int32Array(packing.batchSize)];
    packing.order.forEach((b, rank) => {
      first[b] = rank;
      last[b] = packing.rowOf(packing.lengths[b]! - 1, rank);
    });
    const rowsAt = (values: Int32Array): Tensor => selectRows(x, Indices.from(x.engine, values, packing.rows));
    if (!this.#bidirectional) return rowsAt(last);
    const half = x.columns / 2;
    return concatColumns(selectColumns(rowsAt(last), 0, half), selectColumns(rowsAt(first), half, x.columns));
  }
}
