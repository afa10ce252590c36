/** A trained affine map of rows. */
import { RecurraError } from "../core/errors.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * y = x · W + b for every row.
 *
 * @param x as [rows, nx].
 * @param weight as [nx, ny].
 * @param bias as [1, ny]; none where undefined.
 * @returns [rows, ny].
 * @throws shape when nx differs.
 */
export function linear(x: Tensor, weight: Parameter, bias?: Parameter): Tensor {
  if (x.columns !== weight.rows) {
    throw new RecurraError("shape", {
      where: weight.name,
      expected: `x as [rows, ${weight.rows}]`,
      got: `[${x.rows}, ${x.columns}]`,
    });
  }
  const { engine, rows } = x;
  const [nx, ny] = [weight.rows, weight.columns];
  const tape = tapeOf(engine);
  const y = Tensor.allocate(engine, rows, ny, tape !== undefined);
  const begin = bias === undefined ? engine.zeros(ny) : bias.offset;
  engine.productPacked(rows, ny, nx, x.offset, nx, weight.packed(0, ny, false), y.offset, ny, begin, 0);
  tape?.record(({ columnSums }) => {
    const g = y.gradientOffset;
    if (g === undefined) return;
    if (x.tracked) {
      const { offset, fresh } = x.gradientTarget();
      const [s, lds] = fresh ? [engine.zeros(nx), 0] : [offset, nx];
      engine.productPacked(rows, nx, ny, g, ny, weight.packed(0, ny, true), offset, nx, s, lds);
    }
    const c = weight.gradientOffset;
    engine.product({
      m: nx,
      n: ny,
      k: rows,
      a: x.offset,
      lda: nx,
      transposedA: true,
      b: g,
      ldb: ny,
      c,
      ldc: ny,
      s: c,
      lds: ny,
    });
    if (bias !== undefined) engine.run(columnSums, rows, ny, g, ny, bias.gradientOffset);
  });
  return y;
}
