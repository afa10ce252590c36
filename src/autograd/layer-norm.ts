/** Layer normalisation of rows. */
import { RecurraError } from "../core/errors.ts";
import { addTo } from "../engine/add-to.ts";
import { normalize } from "../engine/normalize.ts";
import type { SegmentSpec } from "../expression/segment.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { record } from "./record.ts";

/** y = x̂ ⊙ gain + bias. Operands: x̂, gain, bias, y. */
function scaleAndShift(n: number): SegmentSpec {
  return {
    width: n,
    strides: [n, 0, 0, n],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "load", operand: 1, column: 0 },
      { op: "load", operand: 2, column: 0 },
      { op: "mul", a: 0, b: 1 },
      { op: "add", a: 3, b: 2 },
      { op: "store", operand: 3, column: 0, a: 4 },
    ],
  };
}

/** Products of rows: g ⊙ gain, or g ⊙ x̂. Operands: g, the factor (one row for all where its stride is 0), the product. */
function products(n: number, factorStride: number): SegmentSpec {
  return {
    width: n,
    strides: [n, factorStride, n],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "load", operand: 1, column: 0 },
      { op: "mul", a: 0, b: 1 },
      { op: "store", operand: 2, column: 0, a: 2 },
    ],
  };
}

/**
 * y = γ ⊙ (x - mean) / √(variance + ε) + β, mean and variance over the columns of each row.
 *
 * Kept for the way back: x̂ [rows, columns] and 1/√(variance + ε) [rows].
 *
 *     dγ = Σ_rows g ⊙ x̂     dβ = Σ_rows g     dx̂ = g ⊙ γ     dx = r (dx̂ - mean(dx̂) - x̂ mean(dx̂ ⊙ x̂))
 *
 * @param x as [rows, columns].
 * @param gain γ as [1, columns].
 * @param bias β as [1, columns].
 * @param epsilon default 1e-5, PyTorch's.
 * @returns [rows, columns].
 * @throws shape when the columns differ.
 * Source: Ba, Kiros and Hinton 2016, arXiv 1607.06450, equation 4.
 */
export function layerNorm(x: Tensor, gain: Parameter, bias: Parameter, epsilon = 1e-5): Tensor {
  const { engine, rows, columns } = x;
  if (gain.size !== columns || bias.size !== columns) {
    throw new RecurraError("shape", {
      where: gain.name,
      expected: `x as [rows, ${gain.size}]`,
      got: `[${rows}, ${columns}]`,
    });
  }
  const y = Tensor.allocate(engine, rows, columns, tapeOf(engine) !== undefined);
  const xHat = engine.arena.allocate(x.size);
  const r = engine.arena.allocate(rows);
  engine.copy(xHat, x.offset, x.size);
  engine.run(normalize, rows, columns, xHat, columns, r, epsilon);
  engine.segment(scaleAndShift(columns))(rows, [xHat, gain.offset, bias.offset, y.offset]);
  record(y, (g, { columnSums, normalizeGradient }) => {
    // allocated before the mark, since it outlives what follows
    const target = x.tracked ? x.gradientSum() : undefined;
    const mark = engine.arena.mark();
    const product = engine.arena.allocate(x.size);
    engine.segment(products(columns, columns))(rows, [g, xHat, product]);
    engine.run(columnSums, rows, columns, product, columns, gain.gradientOffset);
    engine.run(columnSums, rows, columns, g, columns, bias.gradientOffset);
    if (target !== undefined) {
      engine.segment(products(columns, 0))(rows, [g, gain.offset, product]);
      const dx = engine.arena.allocate(x.size);
      engine.run(normalizeGradient, rows, columns, xHat, columns, r, product, columns, dx, columns);
      addTo(engine, target, dx, x.size);
    }
    engine.arena.release(mark);
  });
  return y;
}
