/** The network of a generator: from a condition and the steps before to the scores of the next step. */

import { squash } from "../autograd/arithmetic.ts";
import { concatColumns } from "../autograd/concat-columns.ts";
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { sum } from "../autograd/sum.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import {
  Dense,
  Dropout,
  Embedding,
  Stacked,
  type StackedRunOptions,
  type States,
  type StreamStates,
} from "../layers/index.ts";
import { binaryCrossEntropy } from "../losses/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { GeneratorBatch } from "./generator-batch.ts";
import type { Parts } from "./weight-files.ts";

const ONE_STEP = Packing.uniform(1, 1);

export interface GeneratorNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  /** "symbol": one of `units` a step, soft-max; "multi-hot": any of them, a sigmoid each. */
  readonly output: "symbol" | "multi-hot";
  readonly units: number;
  /** nc: numbers of a condition's vector; 0 without conditions. */
  readonly conditionSize: number;
  readonly conditionInto: "both" | "state" | "input";
  readonly hiddenSize: number;
  readonly layers: number;
  readonly embeddingSize: number;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

/**
 * One to many:
 *
 *     a[l]⟨0⟩ = tanh(W[l] c + b[l]) for every layer and state, where the condition c goes into the state; else 0
 *     x⟨t⟩ = [y⟨t-1⟩, c] where c goes into the input; else y⟨t-1⟩, with y⟨0⟩ = <EOS>, or silence
 *     ŷ⟨t⟩ = softmax(Wya a⟨t⟩ + by) for symbols, σ(Wya a⟨t⟩ + by) for keys
 *
 * Source: the course, "Different types of RNNs" (one to many).
 */
export class GeneratorNetwork {
  readonly output: "symbol" | "multi-hot";
  readonly units: number;
  readonly conditionSize: number;
  readonly embedding: Embedding | undefined;
  readonly recurrent: Stacked;
  readonly dense: Dense;
  /** By layer and state; empty where the condition does not go into the state. */
  readonly initials: ReadonlyMap<string, Dense>;
  readonly #conditionInInput: boolean;
  readonly #dropout: Dropout;

  constructor(options: GeneratorNetworkOptions) {
    const { engine, cell, output, units, conditionSize, conditionInto, hiddenSize, layers, seed } = options;
    const { embeddingSize, dropout = 0 } = options;
    this.output = output;
    this.units = units;
    this.conditionSize = conditionSize;
    this.embedding =
      output === "multi-hot"
        ? undefined
        : new Embedding({ engine, name: "embedding", vocabularySize: units, size: Math.max(1, embeddingSize), seed });
    this.#conditionInInput = conditionSize > 0 && conditionInto !== "state";
    const stepSize = this.embedding?.table.columns ?? units;
    const inputSize = stepSize + (this.#conditionInInput ? conditionSize : 0);
    this.recurrent = new Stacked({ engine, name: "rnn", cell, inputSize, hiddenSize, layers, dropout, seed });
    this.#dropout = new Dropout({ rate: dropout });
    this.dense = new Dense({
      engine,
      name: "dense",
      inputSize: this.recurrent.outputSize,
      outputSize: units,
      seed,
    });
    const initials = new Map<string, Dense>();
    if (conditionSize > 0 && conditionInto !== "input") {
      this.recurrent.layers.forEach((layer, l) => {
        for (const [state, outputSize] of layer.stateSizes) {
          const name = `initial.${l}.${state}`;
          initials.set(name, new Dense({ engine, name, inputSize: conditionSize, outputSize, seed }));
        }
      });
    }
    this.initials = initials;
  }

  /** The layers by the names they have in a model file. */
  get parts(): Parts {
    return { embedding: this.embedding, rnn: this.recurrent, dense: this.dense, ...Object.fromEntries(this.initials) };
  }

  get engine(): Engine {
    return this.dense.bias.engine;
  }

  /**
   * The states that sequences begin with.
   *
   * @param conditions as [B, nc], row by row.
   * @returns for each layer, bottom first, [B, size] a state; undefined where they are zeros.
   */
  initialStates(conditions: Float32Array, batchSize: number): States[] | undefined {
    if (this.initials.size === 0) return undefined;
    const c = Tensor.from(this.engine, batchSize, this.conditionSize, conditions); // [B, nc]
    return this.recurrent.layers.map(
      (layer, l) =>
        new Map(
          [...layer.stateSizes.keys()].map((state) => [
            state,
            squash(this.initials.get(`initial.${l}.${state}`)!.run(c)),
          ]),
        ),
    );
  }

  /** x⟨t⟩ of all rows: [rows, nx]. */
  #inputs(inputs: Int32Array | Float32Array, packing: Packing, conditions: Float32Array): Tensor {
    const { rows } = packing;
    const y = // [rows, units] or [rows, embedding size]
      inputs instanceof Int32Array
        ? this.embedding!.run(Indices.from(this.engine, inputs, this.units))
        : Tensor.from(this.engine, rows, this.units, inputs);
    if (!this.#conditionInInput) return y;
    const size = this.conditionSize;
    const values = new Float32Array(rows * size);
    packing.forEachRow((row, b) => {
      values.set(conditions.subarray(b * size, (b + 1) * size), row * size);
    });
    return concatColumns(y, Tensor.from(this.engine, rows, size, values));
  }

  /**
   * The scores of each step given the steps before it.
   *
   * @param inputs y⟨t-1⟩ of the rows of the packing: ids, or [rows, units] of 0 and 1.
   * @param conditions as [B, nc], row by row.
   * @returns scores before the soft-max or sigmoid, [rows, units].
   */
  run(
    inputs: Int32Array | Float32Array,
    packing: Packing,
    conditions: Float32Array,
    options: StackedRunOptions = {},
  ): Tensor {
    const x = this.#inputs(inputs, packing, conditions);
    const { output } = this.recurrent.run(x, packing, options);
    const { dropout } = options;
    const above = drawAbove(dropout, this.recurrent.layers.length);
    return this.dense.run(this.#dropout.run(output, packing, above));
  }

  /**
   * Reads one step of a stream.
   *
   * @param input y⟨t-1⟩: an id, or its units as 0 and 1.
   * @returns scores of the next step, [1, units].
   */
  next(input: Int32Array | Float32Array, condition: Float32Array, states: StreamStates): Tensor {
    return this.dense.run(states.step(this.#inputs(input, ONE_STEP, condition)));
  }

  /** Σ over the steps of a batch of their losses, nats; divided by the steps with `mean`. */
  loss(batch: GeneratorBatch, mean: boolean, dropout?: StackedRunOptions["dropout"]): Tensor {
    const { inputs, targets, packing, conditions } = batch;
    const initial = this.initialStates(conditions, packing.batchSize);
    const scores = this.run(inputs, packing, conditions, { initial, dropout });
    if (targets instanceof Int32Array) {
      const losses = crossEntropy(scores, Indices.from(this.engine, targets, this.units));
      return sum(losses, mean ? 1 / packing.rows : 1);
    }
    const y = Tensor.from(this.engine, packing.rows, this.units, targets);
    return binaryCrossEntropy(scores, y, { reduce: mean ? "per-step" : "sum" });
  }
}
