/** An affine map of rows by the transpose of a trained table: what a dense layer tied to an embedding is. */
import { RecurraError } from "../core/errors.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * y = x · Eᵀ + b for every row: the score of each row of the table.
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
  if (x.columns !== table.columns) {
    throw new RecurraError("shape", {
      where: table.name,
      expected: `x as [rows, ${table.columns}]`,
      got: `[${x.rows}, ${x.columns}]`,
    });
  }
  const { engine, rows } = x;
  const [nx, ny] = [table.columns, table.rows];
  const tape = tapeOf(engine);
  const y = Tensor.allocate(engine, rows, ny, tape !== undefined);
  const begin = bias === undefined ? engine.zeros(ny) : bias.offset;
  engine.productPacked(rows, ny, nx, x.offset, nx, table.packed(0, nx, true), y.offset, ny, begin, 0);
  tape?.record(({ columnSums }) => {
    const g = y.gradientOffset;
    if (g === undefined) return;
    if (x.tracked) {
      const { offset, fresh } = x.gradientTarget();
      const [s, lds] = fresh ? [engine.zeros(nx), 0] : [offset, nx];
      engine.productPacked(rows, nx, ny, g, ny, table.packed(0, nx, false), offset, nx, s, lds);
    }
    const c = table.gradientOffset;
    engine.product({
      m: ny,
      n: nx,
      k: rows,
      a: g,
      lda: ny,
      transposedA: true,
      b: x.offset,
      ldb: nx,
      c,
      ldc: nx,
      s: c,
      lds: nx,
    });
    if (bias !== undefined) engine.run(columnSums, rows, ny, g, ny, bias.gradientOffset);
  });
  return y;
}
