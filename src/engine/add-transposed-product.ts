/** C += Aᵀ · B. */
import type { Engine } from "./engine.ts";
import { product } from "./product.ts";

/**
 * Adds a product with a transposed A: the gradient of a weight, of rows of its input and of its output's gradient.
 *
 * @param a as [k, m], without gaps, as `b` [k, n] and `c` [m, n].
 */
export function addTransposedProduct(
  engine: Engine,
  m: number,
  n: number,
  k: number,
  a: number,
  b: number,
  c: number,
): void {
  engine.run(product, { m, n, k, a, lda: m, transposedA: true, b, ldb: n, c, ldc: n, s: c, lds: n });
}
