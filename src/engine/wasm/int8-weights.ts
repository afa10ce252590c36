/** Weights of int8 of an engine: products with them and rows of them, shared by its threads. */
import type { Heap } from "../allocator.ts";
import type { Int8Places, Packed, Table } from "../engine.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { BLOCK_TERMS, TILE_ROWS } from "./gemm.ts";
import type { Kernel, Kernels } from "./kernels.ts";
import { emitLookupInt8 } from "./lookup-int8.ts";
import { emitProductInt8, PANEL_COLUMNS, packPanelsInt8, panelBytesInt8, roundedRowBytes } from "./product-int8.ts";
import type { WasmMemory } from "./wasm-memory.ts";

/** Rows of A that are rounded before they pass by the panels together. */
const ROWS_AT_ONCE = 128;

/** What is no plain offset. */
export type Int8Panels = Exclude<Packed, number>;
export type Int8Table = Exclude<Table, number>;

function emitInt8(module: ModuleBuilder): void {
  emitProductInt8(module);
  emitLookupInt8(module);
}

export class Int8Weights implements Int8Places {
  readonly #memory: WasmMemory;
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  /** Where each thread rounds its rows, behind the 8 floats of a last panel. */
  readonly #scratch: number[] = [];

  constructor(memory: WasmMemory, heap: Heap, kernels: Kernels) {
    this.#memory = memory;
    this.#heap = heap;
    this.#kernels = kernels;
  }

  get #run(): Readonly<Record<string, Kernel>> {
    return this.#kernels.of(emitInt8);
  }

  #scratchOf(share: number): number {
    const rows = (ROWS_AT_ONCE * roundedRowBytes(BLOCK_TERMS)) / 4;
    this.#scratch[share] ??= this.#heap.allocate(PANEL_COLUMNS + rows);
    return this.#scratch[share];
  }

  sizeOf(count: number): number {
    return Math.ceil(count / 4);
  }

  write(offset: number, values: Int8Array): void {
    this.#memory.bytes(offset, this.sizeOf(values.length)).set(values);
  }

  /** A scale for each column, then the panels. */
  packedSize(k: number, n: number): number {
    return Math.ceil(n / PANEL_COLUMNS) * (PANEL_COLUMNS + panelBytesInt8(k) / 4);
  }

  pack(k: number, n: number, values: Int8Array, scales: ArrayLike<number>, to: number): void {
    const padded = Math.ceil(n / PANEL_COLUMNS) * PANEL_COLUMNS;
    this.#memory.floats.fill(0, to, to + padded);
    this.#memory.floats.set(scales, to);
    packPanelsInt8(k, n, values, this.#memory.bytes(to + padded, this.packedSize(k, n) - padded));
  }

  /** See `Engine.productPacked`; k is 1 or more. */
  product(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    { int8: scales }: Int8Panels,
    c: number,
    ldc: number,
    s: number,
    lds: number,
  ): void {
    const { round_rows: round, product_int8: multiply } = this.#run;
    const panels = Math.ceil(n / PANEL_COLUMNS);
    this.#kernels.split(m, TILE_ROWS, m * n * k, (first, count, share) => {
      const scratch = this.#scratchOf(share);
      const rounded = (scratch + PANEL_COLUMNS) << 2;
      for (let i = first; i < first + count; i += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, first + count - i);
        const pc = (c + i * ldc) << 2;
        let [b, ps, ldps] = [(scales + panels * PANEL_COLUMNS) << 2, (s + i * lds) << 2, lds << 2];
        for (let term = 0; term < k; term += BLOCK_TERMS) {
          const terms = Math.min(BLOCK_TERMS, k - term);
          const [panel, row] = [panelBytesInt8(terms), roundedRowBytes(terms)];
          round!(rows, terms, (a + i * lda + term) << 2, lda << 2, rounded);
          multiply!(rows, n, panel, rounded, row, b, pc, ldc << 2, ps, ldps, scales << 2, scratch << 2);
          b += panels * panel;
          [ps, ldps] = [pc, ldc << 2];
        }
      }
    });
  }

  /** See `Engine.gather`. */
  gather(
    rows: number,
    n: number,
    { values, column, scales, by }: Int8Table,
    ldt: number,
    indices: number,
    s: number,
    to: number,
    ldto: number,
  ): void {
    const kernel = this.#run[by === "rows" ? "gather_scaled_rows" : "gather_scaled_columns"]!;
    const [table, scale] = [(values << 2) + column, (by === "rows" ? scales : scales + column) << 2];
    this.#kernels.split(rows, 1, rows * n, (first, count) => {
      kernel(count, n, table, ldt, (indices + first) << 2, scale, s << 2, (to + first * ldto) << 2, ldto << 2);
    });
  }
}
