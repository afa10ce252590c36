import type { OwnKernel, Truth } from "./engine.ts";
import { productOfTransposed } from "./wasm/product-of-transposed.ts";

/** One matrix product C = S + op(A)·op(B); places are offsets in elements. */
export interface Product {
  /** Rows of C. */
  readonly m: number;
  /** Columns of C. */
  readonly n: number;
  /** Terms of each sum. */
  readonly k: number;
  /** A as stored: [m, k] row-major, or [k, m] with `transposedA`; `lda` elements from row to row. */
  readonly a: number;
  readonly lda: number;
  readonly transposedA?: boolean;
  /** B as stored: [k, n] row-major, or [n, k] with `transposedB`. */
  readonly b: number;
  readonly ldb: number;
  readonly transposedB?: boolean;
  /** C [m, n], `ldc` elements from row to row. */
  readonly c: number;
  readonly ldc: number;
  /** What C begins as: rows at `s`, `lds` apart; lds = 0 repeats one row (a bias); s = c adds to C itself. */
  readonly s: number;
  readonly lds: number;
}

/** C = S + op(A)·op(B), each element summed over k ascending in blocks of 256. */
export const product: OwnKernel<[p: Product]> = (kernels, p) => {
  const { engine } = kernels.products;
  const mark = engine.arena.mark();
  if (p.transposedA === true && p.m * p.k > 0) productOfTransposed(kernels, p);
  else {
    const packed = engine.arena.allocate(engine.packedSize(p.k, p.n));
    engine.pack(p.k, p.n, p.b, p.ldb, p.transposedB === true, packed);
    engine.productPacked(p.m, p.n, p.k, p.a, p.lda, packed, p.c, p.ldc, p.s, p.lds);
  }
  engine.arena.release(mark);
};

/** The same in plain loops over the numbers of the reference engine. */
export const productTruth: Truth<[p: Product]> = (values, p) => {
  for (let i = 0; i < p.m; i++) {
    for (let j = 0; j < p.n; j++) {
      let sum = 0;
      for (let l = 0; l < p.k; l++) {
        const a = p.transposedA === true ? values[p.a + l * p.lda + i]! : values[p.a + i * p.lda + l]!;
        const b = p.transposedB === true ? values[p.b + j * p.ldb + l]! : values[p.b + l * p.ldb + j]!;
        sum += a * b;
      }
      values[p.c + i * p.ldc + j] = values[p.s + i * p.lds + j]! + sum;
    }
  }
};
