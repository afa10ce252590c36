/** Tensors side by side. */
import { RecurraError } from "../core/errors.ts";
import { copyRows } from "../engine/copy-rows.ts";
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addGradient } from "./add-gradient.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

function scatterColumns(engine: Engine, from: number, whole: number, part: Tensor): void {
  addGradient(part, (to) => engine.segment(copyRows(part.columns, whole, part.columns))(part.rows, [from, to]));
}

/**
 * y = [a, b]: the columns of a and then those of b, for every row.
 *
 * @returns [rows, columns of a + columns of b].
 * @throws shape when the rows differ.
 */
export function concatColumns(a: Tensor, b: Tensor): Tensor {
  if (a.rows !== b.rows) {
    throw new RecurraError("shape", {
      where: "concatColumns",
      expected: `tensors of ${a.rows} rows`,
      got: `one of ${b.rows}`,
    });
  }
  const { engine, rows } = a;
  const whole = a.columns + b.columns;
  const y = Tensor.allocate(engine, rows, whole, isRecorded(a, b));
  engine.segment(copyRows(a.columns, a.columns, whole))(rows, [a.offset, y.offset]);
  engine.segment(copyRows(b.columns, b.columns, whole))(rows, [b.offset, y.offset + a.columns]);
  record(y, (g) => {
    if (a.tracked) scatterColumns(engine, g, whole, a);
    if (b.tracked) scatterColumns(engine, g + a.columns, whole, b);
  });
  return y;
}
