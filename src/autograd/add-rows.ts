/** Rows added to chosen rows of another tensor. */
import { RecurraError } from "../core/errors.ts";
import { addTo } from "../engine/add-to.ts";
import { scatterAdd } from "../engine/scatter-add.ts";
import type { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * y = x, but y[rows[i]] = x[rows[i]] + added[i], rows in order.
 *
 * Its gradient goes on to x as it is, and to added[i] from the row it went to.
 *
 * @throws shape when columns differ, `added` has not one row an index, or the indices were checked against other rows.
 */
export function addRows(x: Tensor, added: Tensor, rows: Indices): Tensor {
  if (added.columns !== x.columns || rows.count !== added.rows || rows.limit > x.rows) {
    throw new RecurraError("shape", {
      where: "addRows",
      expected: `[${rows.count}, ${x.columns}] for row numbers below ${x.rows}`,
      got: `[${added.rows}, ${added.columns}] for row numbers up to ${rows.limit - 1}`,
    });
  }
  const { engine, columns } = x;
  const y = Tensor.allocate(engine, x.rows, columns, isRecorded(x, added));
  engine.copy(y.offset, x.offset, x.size);
  engine.run(scatterAdd, rows.count, columns, y.offset, columns, rows.offset, added.offset, columns);
  record(y, (g) => {
    if (x.tracked) addTo(engine, x.gradientSum(), g, x.size);
    if (!added.tracked) return;
    const gathered = engine.arena.allocate(added.size);
    engine.gather(rows.count, columns, g, columns, rows.offset, engine.zeros(columns), gathered, columns);
    addTo(engine, added.gradientSum(), gathered, added.size);
  });
  return y;
}
