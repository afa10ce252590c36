/** Matrix products of an engine: panels, blocks and shares around the emitted kernels. */
import type { Engine } from "../engine.ts";
import { BLOCK_TERMS, emitGemm, type ProductForm, TILE_ROWS } from "./gemm.ts";
import { type Kernel, type Kernels, MOST_THREADS } from "./kernels.ts";
import { emitPack } from "./pack.ts";

/** Columns of B that are packed together: 256 x 64 floats stay in the second-level cache beside the rows of A. */
export const COLUMNS_AT_ONCE = 64;
/** Rows that pass by the packed panels together: their block of A, 64 x 256 floats, stays in the second-level cache. */
export const ROWS_AT_ONCE = 64;
/** Floats of C that all terms are added to before the next ones: they stay in the second-level cache, too. */
const STRIP = 2 ** 14;

export class Products {
  readonly form: ProductForm;
  /** `gemm` and what packs. */
  readonly run: Readonly<Record<string, Kernel>>;
  readonly engine: Engine;
  readonly #kernels: Kernels;
  /** Where the last columns of a product are summed: one place a thread. */
  #scratch: number | undefined;

  constructor(form: ProductForm, kernels: Kernels, engine: Engine) {
    this.form = form;
    this.#kernels = kernels;
    this.run = kernels.add((module) => {
      emitGemm(module, form);
      emitPack(module, form);
    });
    this.engine = engine;
    kernels.products = this;
  }

  packedSize(k: number, n: number): number {
    const { panelColumns } = this.form;
    return Math.ceil(n / panelColumns) * panelColumns * k;
  }

  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void {
    const kernel = this.run[transposed ? "pack_panels_transposed" : "pack_panels"]!;
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
    const { gemm } = this.run;
    const paddedColumns = this.packedSize(1, n);
    this.#kernels.split(m, TILE_ROWS, m * n * k, (first, count, share) => {
      const scratch = n === paddedColumns ? 0 : this.#scratchOf(share);
      for (let i = first; i < first + count; i += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, first + count - i);
        const width = columnsOf(STRIP, rows);
        for (let j = 0; j < n; j += width) {
          const columns = Math.min(width, n - j);
          let from = s + i * lds + j;
          let ld = lds;
          for (let l = 0; l < k; l += BLOCK_TERMS) {
            const terms = Math.min(BLOCK_TERMS, k - l);
            const b = packed + paddedColumns * l + terms * j;
            const to = c + i * ldc + j;
            gemm!(rows, columns, terms, a + i * lda + l, lda, b, to, ldc, from, ld, scratch);
            // the first block of terms begins as S, the others add to C
            from = to;
            ld = ldc;
          }
        }
      }
    });
  }

  #scratchOf(share: number): number {
    const size = (ROWS_AT_ONCE + 1) * this.form.panelColumns;
    this.#scratch ??= this.engine.heap.allocate(MOST_THREADS * size);
    return this.#scratch + share * size;
  }
}

/** Columns of a strip of C that has so many rows, in whole parts of `COLUMNS_AT_ONCE`. */
export function columnsOf(floats: number, rows: number): number {
  return Math.ceil(floats / rows / COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE;
}
