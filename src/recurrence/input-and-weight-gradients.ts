/** What waits until the backward loop is done: one large product for each matrix, one sum of columns for each vector. */
import { addTo } from "../engine/add-to.ts";
import { columnSums } from "../engine/column-sums.ts";
import { product } from "../engine/product.ts";
import { scatterAdd } from "../engine/scatter-add.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { BackwardPlan } from "./backward.ts";
import type { CellInput } from "./cell-input.ts";
import type { CellRun } from "./cell-run.ts";
import { runsOf, type WeightMatrix } from "./layout.ts";

/** The rows that multiplied a weight matrix, one under the other. */
function operandRows(run: CellRun, matrix: WeightMatrix, rows: number): number {
  const { bases } = run;
  const { engine, packing, compiled } = run.options;
  const { buffer, before } = compiled.forward.operands.get(matrix)!;
  const base = bases.get(buffer)!;
  // the states after each step stand behind the initial ones
  if (buffer.place === "state" && !before) return base + packing.batchSize * buffer.width;
  // with equal lengths the states before each step follow each other already
  if (!before || packing.uniform) return base;
  const { width } = buffer;
  const aligned = engine.arena.allocate(rows * width);
  const indices = engine.arena.allocate(rows);
  engine.writeIndices(indices, packing.previous.subarray(0, rows));
  engine.gather(rows, width, base, width, indices, engine.zeros(width), aligned, width);
  return aligned;
}

/** Adds dW = Σ inputᵀ · dgates, db = Σ dgates and the gradients of the trained vectors over the rows of all steps. */
export function addWeightGradients(run: CellRun, plan: BackwardPlan, x: CellInput, rows: number): void {
  const { bases } = run;
  const { engine, compiled, weights } = run.options;
  const { forward } = compiled;
  const { layout } = forward;
  const gates = bases.get(forward.gates)!;
  const ldb = forward.gates.width;
  const mark = engine.arena.mark();
  for (const matrix of layout.weights) {
    const parameter = weights.matrices.get(matrix.key)!;
    const m = parameter.rows;
    const lookup = matrix.key === "x" && x instanceof Indices;
    const a = matrix.key === "x" ? x.offset : operandRows(run, matrix, rows);
    // where a⟨0⟩ = 0, the rows of the first step add nothing
    const zeros = run.startsAtZero(forward.operands.get(matrix)!) ? (run.options.packing.active[0] ?? 0) : 0;
    for (const { column, weightColumn, columns } of runsOf(matrix, new Set(layout.blocks))) {
      const c = parameter.gradientOffset + weightColumn;
      const ldc = parameter.columns;
      const b = gates + column;
      if (lookup) engine.run(scatterAdd, rows, columns, c, ldc, a, b, ldb);
      else {
        const terms = { k: rows - zeros, a: a + zeros * m, b: b + zeros * ldb };
        engine.run(product, { ...terms, m, n: columns, lda: m, transposedA: true, ldb, c, ldc, s: c, lds: ldc });
      }
    }
  }
  engine.arena.release(mark);
  const bias = weights.bias.gradientOffset;
  engine.run(columnSums, rows, layout.columns, gates, ldb, bias);
  for (const block of layout.blocks) {
    if (block.bias === undefined) engine.fill(bias + block.column, block.size, 0);
  }
  for (const [name, buffer] of plan.vectorGradients) {
    const { width } = buffer;
    engine.run(columnSums, rows, width, bases.get(buffer)!, width, weights.vectors.get(name)!.gradientOffset);
  }
}

/**
 * Adds dx = dgates · Wxᵀ, and what reached x outside the affines.
 *
 * @param x the rows from `row` on.
 */
export function addInputGradient(run: CellRun, plan: BackwardPlan, x: Tensor, row: number): void {
  const { bases } = run;
  const { engine, compiled, weights } = run.options;
  const { forward } = compiled;
  const nx = x.columns;
  let { offset: target, fresh } = x.gradientTarget();
  if (plan.inputGradient !== undefined) {
    const direct = bases.get(plan.inputGradient)! + row * nx;
    if (fresh) engine.copy(target, direct, x.size);
    else addTo(engine, target, direct, x.size);
    fresh = false;
  }
  const matrix = weights.matrices.get("x");
  const gates = bases.get(forward.gates)! + row * forward.gates.width;
  for (const { column, weightColumn, columns } of forward.hoisted) {
    const packed = matrix!.packed(weightColumn, columns, true);
    const [s, lds] = fresh ? [engine.zeros(nx), 0] : [target, nx];
    const lda = forward.gates.width;
    engine.productPacked(x.rows, nx, columns, gates + column, lda, packed, target, nx, s, lds);
    fresh = false;
  }
  if (fresh) engine.fill(target, x.size, 0);
}
