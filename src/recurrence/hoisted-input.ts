/** What depends on x alone: the gates' share of x and their biases, for many steps at once. */
import { copyRows } from "../engine/copy-rows.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import type { CellInput } from "./cell-input.ts";
import type { CellWeights } from "./cell-weights.ts";
import type { ForwardPlan } from "./forward.ts";

/**
 * gates = b + x · Wx, or b where x does not reach a gate.
 *
 * A one-hot x is a look-up of rows of Wx; every sum begins with the bias.
 *
 * @param gates where the first row of gates stands.
 */
export function hoistInput(engine: Engine, plan: ForwardPlan, weights: CellWeights, x: CellInput, gates: number): void {
  const width = plan.gates.width;
  const bias = weights.bias.offset;
  const matrix = weights.matrices.get("x");
  const rows = x instanceof Indices ? x.count : x.rows;
  for (const { column, weightColumn, columns } of plan.hoisted) {
    if (x instanceof Indices) {
      const table = matrix!.table(weightColumn);
      engine.gather(rows, columns, table, matrix!.columns, x.offset, bias + column, gates + column, width);
    } else {
      const packed = matrix!.packed(weightColumn, columns, false);
      const nx = x.columns;
      engine.productPacked(rows, columns, nx, x.offset, nx, packed, gates + column, width, bias + column, 0);
    }
  }
  for (const { column, columns } of plan.biasOnly) {
    engine.segment(copyRows(columns, 0, width))(rows, [bias + column, gates + column]);
  }
}
