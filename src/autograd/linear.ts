/** A trained affine map of rows, by a matrix or by its transpose. */
import { RecurraError } from "../core/errors.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { record } from "./record.ts";

/**
 * y = x · W + b for every row.
 *
 *     dx = g · Wᵀ          dW += xᵀ · g          db += Σ_rows g
 *
 * @param x as [rows, nx].
 * @param weight W as [nx, ny].
 * @param bias as [1, ny]; none where undefined.
 * @returns [rows, ny].
 * @throws shape when nx differs.
 */
export function linear(x: Tensor, weight: Parameter, bias?: Parameter): Tensor {
  return affine(x, weight, false, bias);
}

/**
 * y = x · Eᵀ + b for every row, the score of each row of a table: what a dense layer tied to an embedding is.
 *
 *     dx = g · E          dE += gᵀ · x          db += Σ_rows g
 *
 * @param x as [rows, columns of E].
 * @param table E as [ny, columns].
 * @param bias as [1, ny]; none where undefined.
 * @returns [rows, ny].
 * @throws shape when the columns of x and E differ.
 */
export function linearTransposed(x: Tensor, table: Parameter, bias?: Parameter): Tensor {
  return affine(x, table, true, bias);
}

function affine(x: Tensor, weight: Parameter, transposed: boolean, bias: Parameter | undefined): Tensor {
  const { engine, rows } = x;
  const { columns } = weight;
  const [nx, ny] = transposed ? [columns, weight.rows] : [weight.rows, columns];
  if (x.columns !== nx) {
    throw new RecurraError("shape", {
      where: weight.name,
      expected: `x as [rows, ${nx}]`,
      got: `[${x.rows}, ${x.columns}]`,
    });
  }
  const y = Tensor.allocate(engine, rows, ny, tapeOf(engine) !== undefined);
  const begin = bias === undefined ? engine.zeros(ny) : bias.offset;
  engine.productPacked(rows, ny, nx, x.offset, nx, weight.packed(0, columns, transposed), y.offset, ny, begin, 0);
  record(y, (g, { addTransposedProduct, columnSums }) => {
    if (x.tracked) {
      const { offset, fresh } = x.gradientTarget();
      const [s, lds] = fresh ? [engine.zeros(nx), 0] : [offset, nx];
      engine.productPacked(rows, nx, ny, g, ny, weight.packed(0, columns, !transposed), offset, nx, s, lds);
    }
    const [left, right] = transposed ? [g, x.offset] : [x.offset, g];
    addTransposedProduct(engine, weight.rows, columns, rows, left, right, weight.gradientOffset);
    if (bias !== undefined) engine.run(columnSums, rows, ny, g, ny, bias.gradientOffset);
  });
  return y;
}
