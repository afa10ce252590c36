/** Rows of a tensor in another order or number. */
import { RecurraError } from "../core/errors.ts";
import type { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * y[i] = x[rows[i]]; its gradient adds to the rows where they came from, in order.
 *
 * @throws shape when the row numbers were checked against another number of rows.
 */
export function selectRows(x: Tensor, rows: Indices): Tensor {
  if (rows.limit > x.rows) {
    throw new RecurraError("shape", {
      where: "selectRows",
      expected: `row numbers below ${x.rows}`,
      got: `up to ${rows.limit - 1}`,
    });
  }
  const { engine, columns } = x;
  const y = Tensor.allocate(engine, rows.count, columns, isRecorded(x));
  engine.gather(rows.count, columns, x.offset, columns, rows.offset, engine.zeros(columns), y.offset, columns);
  record(y, (g, { scatterAdd }) => {
    engine.run(scatterAdd, rows.count, columns, x.gradientSum(), columns, rows.offset, g, columns);
  });
  return y;
}
