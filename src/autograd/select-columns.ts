/** Some columns of a tensor. */
import { RecurraError } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { addRowsTo } from "../engine/add-to.ts";
import { copyRows } from "../engine/copy-rows.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * y = x[:, start to end - 1]: the opposite of `concatColumns`.
 *
 * @returns [rows, end - start].
 * @throws shape when x has no such columns.
 */
export function selectColumns(x: Tensor, start: number, end: number): Tensor {
  if (!(isInteger(end, 1, x.columns) && isInteger(start, 0, end - 1))) {
    throw new RecurraError("shape", {
      where: "selectColumns",
      expected: `columns of [${x.rows}, ${x.columns}]`,
      got: `${start} to ${end}`,
    });
  }
  const { engine, rows, columns } = x;
  const width = end - start;
  const y = Tensor.allocate(engine, rows, width, isRecorded(x));
  engine.segment(copyRows(width, columns, width))(rows, [x.offset + start, y.offset]);
  record(y, (g) => {
    engine.segment(addRowsTo(width, columns, width))(rows, [x.gradientSum() + start, g]);
  });
  return y;
}
