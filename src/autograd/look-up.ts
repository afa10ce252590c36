/** Rows of a trained table: what an embedding is. */
import { RecurraError } from "../core/errors.ts";
import type { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { record } from "./record.ts";

/** y[i] = table[indices[i]]; the gradient is scattered back into the table, tokens in order. */
export function lookUp(table: Parameter, indices: Indices): Tensor {
  if (indices.limit !== table.rows) {
    throw new RecurraError("shape", {
      where: table.name,
      expected: `indices of ${table.rows} rows`,
      got: `indices of ${indices.limit}`,
    });
  }
  const { engine, columns } = table;
  const y = Tensor.allocate(engine, indices.count, columns, tapeOf(engine) !== undefined);
  const zeros = engine.zeros(columns);
  engine.gather(indices.count, columns, table.table(0), columns, indices.offset, zeros, y.offset, columns);
  record(y, (g, { scatterAdd }) => {
    const to = table.gradientOffset;
    if (table.isSparse) table.touchRows(engine.readIndices(indices.offset, indices.count));
    engine.run(scatterAdd, indices.count, columns, to, columns, indices.offset, g, columns);
  });
  return y;
}
