/** Matrix products of an engine: panels, blocks and shares around the emitted kernels. */
import type { Engine, Product } from "../engine.ts";
import { WORTH_SHARING } from "../threads/thread-pool.ts";
import { BLOCK_TERMS, emitGemm, type ProductForm, TILE_ROWS } from "./gemm.ts";
import { type Kernel, type Kernels, MOST_THREADS } from "./kernels.ts";
import { emitPack } from "./pack.ts";

/** Floats between the rows of a transposed block: a line of the cache, or all rows would lie in the same few sets. */
const ROW_GAP = 16;
/** Columns of B that are packed together: 256 x 128 floats stay in the second-level cache beside the rows of A. */
const COLUMNS_AT_ONCE = 128;
/** Rows that pass by the packed panels together: their block of A, 128 x 256 floats, stays in the second-level cache. */
const ROWS_AT_ONCE = 128;

export class Products {
  readonly form: ProductForm;
  readonly #kernels: Kernels;
  readonly #run: Readonly<Record<string, Kernel>>;
  readonly #memory: Pick<Engine, "heap" | "arena">;
  /** Where the last columns of a product are summed: one place a thread. */
  #scratch: number | undefined;

  constructor(form: ProductForm, kernels: Kernels, memory: Pick<Engine, "heap" | "arena">) {
    this.form = form;
    this.#kernels = kernels;
    this.#run = kernels.add((module) => {
      emitGemm(module, form);
      emitPack(module, form);
    });
    this.#memory = memory;
  }

  packedSize(k: number, n: number): number {
    const { panelColumns } = this.form;
    return Math.ceil(n / panelColumns) * panelColumns * k;
  }

  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void {
    const kernel = this.#run[transposed ? "pack_panels_transposed" : "pack_panels"]!;
    this.#kernels.split(n, this.form.panelColumns, n * k, (column, columns) => {
      const start = from + (transposed ? column * ld : column);
      for (let first = 0; first < k; first += BLOCK_TERMS) {
        const terms = Math.min(BLOCK_TERMS, k - first);
        const source = transposed ? start + first : start + first * ld;
        kernel(terms, columns, source << 2, ld << 2, (to + this.packedSize(first, n) + terms * column) << 2);
      }
    });
  }

  /** `Engine.productPacked` of a B of float32. */
  byRows(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    packed: number,
    c: number,
    ldc: number,
    s: number,
    lds: number,
  ): void {
    const gemm = this.#run.gemm!;
    this.#kernels.split(m, TILE_ROWS, m * n * k, (first, count, share) => {
      const scratch = n % this.form.panelColumns === 0 ? 0 : this.#scratchOf(share);
      for (let i = first; i < first + count; i += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, first + count - i);
        const [pa, pc, ps] = [a + i * lda, c + i * ldc, s + i * lds];
        gemm(rows, n, k, pa << 2, lda << 2, packed << 2, pc << 2, ldc << 2, ps << 2, lds << 2, scratch << 2);
      }
    });
  }

  #scratchOf(share: number): number {
    const size = (ROWS_AT_ONCE + 1) * this.form.panelColumns;
    this.#scratch ??= this.#memory.heap.allocate(MOST_THREADS * size);
    return this.#scratch + share * size;
  }

  /**
   * The product of a transposed A: A is transposed a block of terms at a time, and B packed a part of its columns at a
   * time, so that both stay in cache. Threads share the wider side of C, and each packs the narrower one for itself.
   */
  ofTransposed(p: Product): void {
    const blockTerms = Math.min(p.k, BLOCK_TERMS);
    const byRows = p.m > p.n;
    const threads = p.m * p.n * p.k < WORTH_SHARING ? 1 : this.#kernels.threads;
    const lda = blockTerms + ROW_GAP;
    const sizeA = p.m * lda;
    const sizeB = this.packedSize(blockTerms, Math.min(p.n, COLUMNS_AT_ONCE));
    const sizeScratch = (p.m + 1) * this.form.panelColumns;
    const places = Array.from({ length: threads }, () => this.#memory.arena.allocate(sizeA + sizeB + sizeScratch));
    const { transpose, gemm } = this.#run;
    const pack = this.#run[p.transposedB === true ? "pack_panels_transposed" : "pack_panels"]!;
    const [count, unit] = byRows ? [p.m, TILE_ROWS] : [p.n, this.form.panelColumns];
    this.#kernels.split(count, unit, p.m * p.n * p.k, (first, size, share) => {
      const [row, m] = byRows ? [first, size] : [0, p.m];
      const [column, end] = byRows ? [0, p.n] : [first, first + size];
      const rowsA = places[share]!;
      const packedB = rowsA + sizeA;
      const scratch = packedB + sizeB;
      for (let k = 0; k < p.k; k += BLOCK_TERMS) {
        const terms = Math.min(BLOCK_TERMS, p.k - k);
        transpose!(terms, m, (p.a + k * p.lda + row) << 2, p.lda << 2, rowsA << 2, lda << 2);
        for (let j = column; j < end; j += COLUMNS_AT_ONCE) {
          const n = Math.min(COLUMNS_AT_ONCE, end - j);
          const b = p.transposedB === true ? p.b + j * p.ldb + k : p.b + k * p.ldb + j;
          pack(terms, n, b << 2, p.ldb << 2, packedB << 2);
          const c = p.c + row * p.ldc + j;
          // the first block of terms begins as S, the others add to C
          const [s, lds] = k === 0 ? [p.s + row * p.lds + j, p.lds] : [c, p.ldc];
          gemm!(m, n, terms, rowsA << 2, lda << 2, packedB << 2, c << 2, p.ldc << 2, s << 2, lds << 2, scratch << 2);
        }
      }
    });
  }
}
