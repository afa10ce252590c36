/** The product of a transposed A, as the gradients of weights are: both sides are brought into order as it goes. */
import type { Product } from "../product.ts";
import { WORTH_SHARING } from "../threads/thread-pool.ts";
import { BLOCK_TERMS, TILE_ROWS } from "./gemm.ts";
import type { Kernels } from "./kernels.ts";
import { COLUMNS_AT_ONCE, columnsOf, ROWS_AT_ONCE } from "./products.ts";

/** Floats between the rows of a transposed block: a line of the cache, or all rows would lie in the same few sets. */
const ROW_GAP = 16;
/** Floats of a C that is one strip: it stays in a second-level cache. */
const WHOLE = 2 ** 18;
/** Floats of a strip of a larger C, which leaves room for blocks of A and B. */
const STRIP = 2 ** 16;

/**
 * C = S + Aᵀ·B or Aᵀ·Bᵀ.
 *
 * A is transposed a block of terms at a time, and B packed a part of its columns at a time, so that both stay in cache.
 * Of a C that is larger than the cache a strip of columns is finished before the next; then all of A is transposed once
 * and read for each strip. Threads share the wider side of C, and each packs the narrower one for itself.
 */
export function productOfTransposed(kernels: Kernels, p: Product): void {
  const { products } = kernels;
  const { arena } = products.engine;
  const { transpose, gemm } = products.run;
  const pack = products.run[p.transposedB === true ? "pack_panels_transposed" : "pack_panels"]!;
  const work = p.m * p.n * p.k;
  const byRows = p.m > p.n;
  const blockTerms = Math.min(p.k, BLOCK_TERMS);
  const lda = blockTerms + ROW_GAP;
  const width = p.m * p.n > WHOLE ? columnsOf(STRIP, p.m) : p.n;
  const blocksOfA = width < p.n ? Math.ceil(p.k / blockTerms) : 1;
  const sizeA = p.m * lda;
  const sizeB = products.packedSize(blockTerms, Math.min(p.n, COLUMNS_AT_ONCE));
  const size = sizeB + (ROWS_AT_ONCE + 1) * products.form.panelColumns;
  const threads = work < WORTH_SHARING ? 1 : kernels.threads;
  // threads that share the rows of C have rows of A of their own
  const placesOfA = arena.allocate((byRows ? 1 : threads) * blocksOfA * sizeA);
  const places = arena.allocate(threads * size);
  const [count, unit] = byRows ? [p.m, TILE_ROWS] : [p.n, products.form.panelColumns];
  kernels.split(count, unit, work, (first, own, share) => {
    const [row, m] = byRows ? [first, own] : [0, p.m];
    const [column, end] = byRows ? [0, p.n] : [first, first + own];
    const placeOfA = placesOfA + (byRows ? row * lda : share * blocksOfA * sizeA);
    const packedB = places + share * size;
    const scratch = packedB + sizeB;
    for (let strip = column; strip < end; strip += width) {
      for (let k = 0; k < p.k; k += BLOCK_TERMS) {
        const terms = Math.min(BLOCK_TERMS, p.k - k);
        const rowsA = placeOfA + ((k / BLOCK_TERMS) % blocksOfA) * sizeA;
        if (strip === column) transpose!(terms, m, (p.a + k * p.lda + row) << 2, p.lda << 2, rowsA << 2, lda << 2);
        for (let j = strip; j < Math.min(end, strip + width); j += COLUMNS_AT_ONCE) {
          const n = Math.min(COLUMNS_AT_ONCE, end - j);
          const b = p.transposedB === true ? p.b + j * p.ldb + k : p.b + k * p.ldb + j;
          pack(terms, n, b << 2, p.ldb << 2, packedB << 2);
          for (let i = 0; i < m; i += ROWS_AT_ONCE) {
            const rows = Math.min(ROWS_AT_ONCE, m - i);
            const c = p.c + (row + i) * p.ldc + j;
            // the first block of terms begins as S, the others add to C
            const [s, lds] = k === 0 ? [p.s + (row + i) * p.lds + j, p.lds] : [c, p.ldc];
            gemm!(rows, n, terms, rowsA + i * lda, lda, packedB, c, p.ldc, s, lds, scratch);
          }
        }
      }
    }
  });
}
