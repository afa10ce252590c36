/** The network of a forecaster: tables of the calendar -> deep recurrent layer -> dense -> the numbers of a distribution. */

import { concatColumns } from "../autograd/concat-columns.ts";
import { selectRows } from "../autograd/select-rows.ts";
import type { WeightSeed } from "../core/draw-weights.ts";
import { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import { type DeepRecurrent, deepRecurrent } from "../layers/deep-recurrent.ts";
import { Dense, Dropout, Embedding, type Stacked, type States } from "../layers/index.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type DropoutDraw, drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { FrameRows } from "./forecaster-frames.ts";
import type { Parts } from "./weight-files.ts";

export interface ForecasterNetworkOptions {
  readonly engine: Engine;
  readonly cell: Cell;
  /** Numbers of a row. */
  readonly width: number;
  /** The tables of the calendar. */
  readonly tables: readonly { readonly name: string; readonly size: number }[];
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Numbers of an answer. */
  readonly outputSize: number;
  readonly dropout?: number;
  readonly seed: WeightSeed;
}

/** Days of the calendar begin nearly alike. */
const TABLE_DEVIATION = 0.1;

export class ForecasterNetwork {
  readonly tables: readonly Embedding[];
  readonly recurrent: DeepRecurrent;
  readonly dense: Dense;
  readonly #names: readonly string[];
  readonly #width: number;
  readonly #dropout: Dropout;

  constructor(options: ForecasterNetworkOptions) {
    const { engine, seed, width, embeddingSize: size, hiddenSize, outputSize, dropout = 0 } = options;
    this.#names = options.tables.map(({ name }) => name);
    this.#width = width;
    this.tables = options.tables.map(
      (table) =>
        new Embedding({ engine, name: table.name, vocabularySize: table.size, size, seed, deviation: TABLE_DEVIATION }),
    );
    const { cell, layers, bidirectional } = options;
    const inputSize = width + this.tables.length * size;
    const recurrent = { engine, name: "rnn", cell, inputSize, hiddenSize, layers, bidirectional, dropout, seed };
    this.recurrent = deepRecurrent(recurrent);
    this.#dropout = new Dropout({ rate: dropout });
    this.dense = new Dense({ engine, name: "dense", inputSize: this.recurrent.outputSize, outputSize, seed });
  }

  get engine(): Engine {
    return this.dense.bias.engine;
  }

  /** The layers by the names that they have in a model file. */
  get parts(): Parts {
    const tables = this.tables.map((table, k) => [`calendar.${this.#names[k]}`, table] as const);
    return { ...Object.fromEntries(tables), rnn: this.recurrent, dense: this.dense };
  }

  #input({ values, tables }: FrameRows): Tensor {
    let x = Tensor.from(this.engine, values.length / this.#width, this.#width, values);
    this.tables.forEach((table, k) => {
      x = concatColumns(x, table.run(Indices.from(this.engine, tables[k]!, table.table.rows)));
    });
    return x;
  }

  /**
   * Runs all steps of a batch of frames.
   *
   * @param rows of `steps` steps of `batch` series.
   * @param answered steps at the end whose answers are asked for.
   * @returns [answered · batch, numbers of an answer].
   */
  run(rows: FrameRows, batch: number, steps: number, answered: number, dropout?: DropoutDraw): Tensor {
    const packing = Packing.uniform(batch, steps);
    const { output } = this.recurrent.run(this.#input(rows), packing, { dropout });
    const first = (steps - answered) * batch;
    const places = Int32Array.from({ length: answered * batch }, (_, i) => first + i);
    const asked = first === 0 ? output : selectRows(output, Indices.from(this.engine, places, output.rows));
    const above = drawAbove(dropout, 2 * this.recurrent.layers.length);
    return this.dense.run(this.#dropout.run(asked, Packing.uniform(batch, answered), above));
  }

  /**
   * Runs some steps from given states, for what feeds back; a network of one direction only.
   *
   * @returns the answers of the last step, [batch, numbers of an answer], and the states after it.
   */
  advance(
    rows: FrameRows,
    batch: number,
    steps: number,
    initial?: readonly States[],
  ): { readonly answers: Tensor; readonly states: readonly States[] } {
    const recurrent = this.recurrent as Stacked;
    const { output, last } = recurrent.run(this.#input(rows), Packing.uniform(batch, steps), { initial });
    const places = Int32Array.from({ length: batch }, (_, i) => (steps - 1) * batch + i);
    const answers = this.dense.run(selectRows(output, Indices.from(this.engine, places, output.rows)));
    return { answers, states: last() };
  }

  /** States of `batch` series as those of `copies` times as many, each series' copies side by side. */
  repeated(states: readonly States[], batch: number, copies: number): States[] {
    const places = Int32Array.from({ length: batch * copies }, (_, i) => Math.floor(i / copies));
    const indices = Indices.from(this.engine, places, batch);
    return states.map((layer) => new Map([...layer].map(([name, state]) => [name, selectRows(state, indices)])));
  }
}
