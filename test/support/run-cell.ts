/** Runs one cell forward and back over a padded batch, on either engine, with everything by name. */

import { differentiate } from "../../src/autograd/differentiate.ts";
import { elementwise } from "../../src/autograd/elementwise.ts";
import { sum } from "../../src/autograd/sum.ts";
import { Packing } from "../../src/core/packing.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { add, mul } from "../../src/expression/expression.ts";
import type { CellInput } from "../../src/recurrence/cell-input.ts";
import { createCellWeights, readNamed, writeNamed } from "../../src/recurrence/cell-weights.ts";
import { compileCell } from "../../src/recurrence/compiled-cell.ts";
import type { Cell } from "../../src/recurrence/define-cell.ts";
import type { DropoutDraw } from "../../src/recurrence/dropout-mask.ts";
import { Unroll } from "../../src/recurrence/unroll.ts";
import { Indices } from "../../src/tensor/indices.ts";
import { step } from "../../src/tensor/tape.ts";
import { Tensor } from "../../src/tensor/tensor.ts";

export type Arrays = Record<string, Float64Array>;

export interface CellRun {
  readonly cell: Cell;
  readonly nx: number;
  readonly na: number;
  readonly lengths: readonly number[];
  /** [B, Tx, nx] padded. */
  readonly x: ArrayLike<number>;
  /** [B, Tx] padded: x as the row numbers of one-hot vectors, in place of `x`. */
  readonly oneHot?: ArrayLike<number>;
  /** By state name, [B, size]; zeros that no tape knows where a name is absent. */
  readonly initial: Record<string, ArrayLike<number>>;
  /** By weight name, as the cell stores them: [inputs, units]. Absent: as drawn. */
  readonly weights?: Record<string, ArrayLike<number>>;
  /** Loss = Σ output ⊙ lossOutput + Σ last[state] ⊙ lossLast[state]; [B, Tx, size] and [B, size]. */
  readonly lossOutput: ArrayLike<number>;
  readonly lossLast: Record<string, ArrayLike<number>>;
  readonly mode?: "run" | "step";
  readonly dropout?: DropoutDraw;
  /** Whether to run back too; default true. Without, `grads` is empty and no tape is recorded. */
  readonly backward?: boolean;
}

export interface CellResult {
  readonly loss: number;
  readonly output: Float64Array;
  readonly last: Arrays;
  readonly grads: Arrays;
  readonly weights: Arrays;
}

const product = elementwise((a, b) => mul(a, b));
const plus = elementwise((a, b) => add(a, b));

/** How many numbers each weight of a cell has, by name. */
export function weightSizes(cell: Cell, nx: number, na: number): Record<string, number> {
  const options = { engine: new ReferenceEngine(), name: "cell", seed: 1 };
  const { named } = createCellWeights(compileCell(cell, nx, na).forward, options);
  return Object.fromEntries(named.map((weight) => [weight.name, weight.parameter.rows * weight.columns]));
}

/** Packs rows [B, Tx, n] by a packing. */
function packed(packing: Packing, values: ArrayLike<number>, n: number): Float64Array {
  const rows = new Float64Array(packing.rows * n);
  packing.batchFirstIndices().forEach((from, row) => {
    for (let j = 0; j < n; j++) rows[row * n + j] = values[from * n + j]!;
  });
  return rows;
}

function unpacked(packing: Packing, rows: ArrayLike<number>, n: number): Float64Array {
  const values = new Float64Array(packing.batchSize * packing.steps * n);
  packing.batchFirstIndices().forEach((to, row) => {
    for (let j = 0; j < n; j++) values[to * n + j] = rows[row * n + j]!;
  });
  return values;
}

export function runCell(engine: Engine, run: CellRun): CellResult {
  const packing = new Packing(run.lengths);
  const compiled = compileCell(run.cell, run.nx, run.na);
  const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
  for (const named of weights.named) {
    if (run.weights !== undefined) writeNamed(named, run.weights[named.name]!);
  }
  const grads: Arrays = {};
  let output: Float64Array = new Float64Array();
  const last: Arrays = {};
  const outputSize = compiled.forward.graph.output.size;
  return step(engine, () => {
    const rowsOfX = run.oneHot === undefined ? packed(packing, run.x, run.nx) : packed(packing, run.oneHot, 1);
    /** Rows [start, end) of x. */
    const inputOf = (start: number, end: number): CellInput => {
      if (run.oneHot !== undefined) return Indices.from(engine, rowsOfX.subarray(start, end), run.nx);
      return Tensor.from(engine, end - start, run.nx, rowsOfX.subarray(start * run.nx, end * run.nx), true);
    };
    const initial = new Map<string, Tensor>();
    for (const { name, size } of compiled.forward.graph.states) {
      const values = run.initial[name];
      if (values !== undefined) initial.set(name, Tensor.from(engine, packing.batchSize, size, values, true));
    }
    const inputs: CellInput[] = [];
    const forward = (): Tensor => {
      const unroll = new Unroll({ engine, compiled, weights, packing, initial, dropout: run.dropout });
      const parts: Tensor[] = [];
      const r = packed(packing, run.lossOutput, outputSize);
      if (run.mode === "step") {
        const rows = new Float64Array(packing.rows * outputSize);
        for (let t = 0; t < packing.steps; t++) {
          const [start, end] = [packing.offsets[t]!, packing.offsets[t + 1]!];
          const xt = inputOf(start, end);
          inputs.push(xt);
          const y = unroll.step(xt);
          rows.set(y.toArray(), start * outputSize);
          const rt = Tensor.from(engine, end - start, outputSize, r.subarray(start * outputSize, end * outputSize));
          parts.push(sum(product(y, rt)));
        }
        output = unpacked(packing, rows, outputSize);
      } else {
        const x = inputOf(0, packing.rows);
        inputs.push(x);
        const y = unroll.run(x);
        output = unpacked(packing, y.toArray(), outputSize);
        parts.push(sum(product(y, Tensor.from(engine, packing.rows, outputSize, r))));
      }
      for (const state of compiled.forward.graph.states) {
        const final = unroll.last(state.name);
        last[state.name] = Float64Array.from(final.toArray());
        const rLast = Tensor.from(engine, packing.batchSize, state.size, run.lossLast[state.name]!);
        parts.push(sum(product(final, rLast)));
      }
      return parts.reduce((total, part) => plus(total, part));
    };
    const drawn: Arrays = {};
    for (const named of weights.named) drawn[named.name] = readNamed(named);
    if (run.backward === false) return { loss: forward().item(), output, last, grads, weights: drawn };
    const loss = differentiate(engine, forward);
    for (const named of weights.named) grads[named.name] = readNamed(named, true);
    for (const [name, tensor] of initial) grads[`initial ${name}`] = Float64Array.from(tensor.gradient());
    const dx = inputs.flatMap((x) => (x instanceof Tensor ? Array.from(x.gradient()) : []));
    if (run.oneHot === undefined) grads.x = unpacked(packing, dx, run.nx);
    return { loss, output, last, grads, weights: drawn };
  });
}
