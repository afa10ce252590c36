/** The engine that models run on: float32 in WebAssembly SIMD, kernels emitted at run time. */

import type { SegmentSpec } from "../../expression/segment.ts";
import { Arena, Heap } from "../allocator.ts";
import type { DropoutMask, Engine, Product, SegmentKernel } from "../engine.ts";
import { ModuleBuilder } from "./assembler.ts";
import { emitSegment } from "./elementwise.ts";
import { BLOCK_TERMS, emitGemm, PANEL_COLUMNS, TILE_ROWS } from "./gemm.ts";
import { emitLookup } from "./lookup.ts";
import { emitNormalize } from "./normalize.ts";
import { emitPack } from "./pack.ts";
import { emitPhilox } from "./philox.ts";
import { emitReductions } from "./reductions.ts";
import { emitSoftmax } from "./softmax.ts";
import { compile, requireWasmSimd, WasmMemory } from "./wasm-memory.ts";

type Kernel = (...parameters: number[]) => number;

/** Where ε waits for the normalisation kernel: in the first page, which no allocator hands out. */
const EPSILON_OFFSET = 16;

/** Equal for equal programs alone; JSON has no infinities, NaN or -0, so constants are written once more. */
function keyOf(spec: SegmentSpec): string {
  let key = JSON.stringify(spec);
  for (const step of spec.steps) {
    if (step.op === "constant") key += Object.is(step.value, -0) ? ",-0" : `,${step.value}`;
  }
  return key;
}

/** Rows that pass by the packed panels together: their block of A, 128 x 256 floats, stays in the second-level cache. */
const ROWS_AT_ONCE = 128;

export interface WasmEngineOptions {
  /** The most memory the engine may take, bytes; default 4 GiB, what 32-bit addresses reach. */
  readonly maximumBytes?: number;
}

export class WasmEngine implements Engine {
  readonly precision = "float32";
  readonly heap: Heap;
  readonly arena: Arena;
  readonly #memory: WasmMemory;
  readonly #kernels: Readonly<Record<string, Kernel>>;
  readonly #segments = new Map<string, SegmentKernel>();
  /** The same by the spec object, which spares its owner the spelling out. */
  readonly #segmentOf = new WeakMap<SegmentSpec, SegmentKernel>();
  #zeros = 0;
  #zerosCount = 0;

  /** @throws unsupported without WebAssembly SIMD; memory when the system gives no address space. */
  constructor(options: WasmEngineOptions = {}) {
    requireWasmSimd(typeof WebAssembly === "undefined" ? undefined : WebAssembly);
    this.#memory = new WasmMemory(options.maximumBytes);
    this.heap = new Heap(this.#memory);
    this.arena = new Arena(this.#memory);
    const module = new ModuleBuilder();
    emitGemm(module);
    emitPack(module);
    emitLookup(module);
    emitReductions(module);
    emitSoftmax(module);
    emitNormalize(module);
    emitPhilox(module);
    this.#kernels = this.#instantiate(module);
  }

  #instantiate(module: ModuleBuilder): Readonly<Record<string, Kernel>> {
    const instance = new WebAssembly.Instance(compile(module.toBytes(this.#memory)), {
      env: { memory: this.#memory.memory },
    });
    return instance.exports as Record<string, Kernel>;
  }

  get byteLength(): number {
    return this.#memory.capacity * 4;
  }

  zeros(count: number): number {
    if (count > this.#zerosCount) {
      this.#zerosCount = Math.max(count, 2 * this.#zerosCount, 1024);
      this.#zeros = this.heap.allocate(this.#zerosCount);
      this.fill(this.#zeros, this.#zerosCount, 0);
    }
    return this.#zeros;
  }

  view(offset: number, count: number): Float32Array {
    return this.#memory.floats.subarray(offset, offset + count);
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.#memory.floats.set(values, offset);
  }

  read(offset: number, count: number): Float32Array {
    // slice of a shared buffer would be shared too: copy into memory of its own
    const copy = new Float32Array(count);
    copy.set(this.view(offset, count));
    return copy;
  }

  writeIndices(offset: number, values: ArrayLike<number>): void {
    this.#memory.integers.set(values, offset);
  }

  readIndices(offset: number, count: number): Int32Array {
    const copy = new Int32Array(count);
    copy.set(this.#memory.integers.subarray(offset, offset + count));
    return copy;
  }

  fill(offset: number, count: number, value: number): void {
    this.#memory.floats.fill(value, offset, offset + count);
  }

  copy(to: number, from: number, count: number): void {
    this.#memory.floats.copyWithin(to, from, from + count);
  }

  segment(spec: SegmentSpec): SegmentKernel {
    const known = this.#segmentOf.get(spec);
    if (known !== undefined) return known;
    const key = keyOf(spec);
    let kernel = this.#segments.get(key);
    if (kernel === undefined) {
      const module = new ModuleBuilder();
      emitSegment(module, spec);
      const run = this.#instantiate(module).segment!;
      const parameters: number[] = new Array(spec.strides.length + 1).fill(0);
      kernel = (rows, offsets) => {
        parameters[0] = rows;
        for (let i = 0; i < offsets.length; i++) parameters[i + 1] = offsets[i]! << 2;
        run(...parameters);
      };
      this.#segments.set(key, kernel);
    }
    this.#segmentOf.set(spec, kernel);
    return kernel;
  }

  packedSize(k: number, n: number): number {
    return Math.ceil(n / PANEL_COLUMNS) * PANEL_COLUMNS * k;
  }

  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void {
    const kernel = this.#kernels[transposed ? "pack_transposed" : "pack_8"]!;
    for (let first = 0; first < k; first += BLOCK_TERMS) {
      const start = transposed ? from + first : from + first * ld;
      kernel(Math.min(BLOCK_TERMS, k - first), n, start << 2, ld << 2, (to + this.packedSize(first, n)) << 2);
    }
  }

  productPacked(
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
    if (m === 0) return;
    if (k === 0) {
      for (let i = 0; i < m; i++) this.copy(c + i * ldc, s + i * lds, n);
      return;
    }
    const mark = this.arena.mark();
    const most = Math.min(m, ROWS_AT_ONCE);
    const scratch = n % PANEL_COLUMNS === 0 ? 0 : this.arena.allocate((most + 1) * PANEL_COLUMNS);
    const gemm = this.#kernels.gemm_rows!;
    for (let i = 0; i < m; i += most) {
      const rows = Math.min(most, m - i);
      const [pa, pc, ps] = [a + i * lda, c + i * ldc, s + i * lds];
      gemm(rows, n, k, pa << 2, lda << 2, packed << 2, pc << 2, ldc << 2, ps << 2, lds << 2, scratch << 2);
    }
    this.arena.release(mark);
  }

  product(p: Product): void {
    if (p.m === 0) return;
    const mark = this.arena.mark();
    const blockTerms = Math.min(p.k, BLOCK_TERMS);
    if (p.transposedA !== true || p.k === 0) {
      const packed = this.arena.allocate(this.packedSize(p.k, p.n));
      this.pack(p.k, p.n, p.b, p.ldb, p.transposedB === true, packed);
      this.productPacked(p.m, p.n, p.k, p.a, p.lda, packed, p.c, p.ldc, p.s, p.lds);
    } else {
      // both sides are packed a block of terms at a time, so that the packed block stays in cache
      const blocks = Math.ceil(p.m / TILE_ROWS);
      const packedA = this.arena.allocate(blocks * TILE_ROWS * blockTerms);
      const packedB = this.arena.allocate(this.packedSize(blockTerms, p.n));
      const scratch = this.arena.allocate((p.m + 1) * PANEL_COLUMNS);
      let s = p.s;
      let lds = p.lds;
      for (let k = 0; k < p.k; k += BLOCK_TERMS) {
        const terms = Math.min(BLOCK_TERMS, p.k - k);
        this.#kernels.pack_4!(terms, p.m, (p.a + k * p.lda) << 2, p.lda << 2, packedA << 2);
        const b = p.transposedB === true ? p.b + k : p.b + k * p.ldb;
        this.pack(terms, p.n, b, p.ldb, p.transposedB === true, packedB);
        const lda = terms * TILE_ROWS;
        this.#kernels.gemm_packed!(
          p.m,
          p.n,
          terms,
          packedA << 2,
          lda << 2,
          packedB << 2,
          p.c << 2,
          p.ldc << 2,
          s << 2,
          lds << 2,
          scratch << 2,
        );
        s = p.c;
        lds = p.ldc;
      }
    }
    this.arena.release(mark);
  }

  gather(
    rows: number,
    n: number,
    table: number,
    ldt: number,
    indices: number,
    s: number,
    to: number,
    ldto: number,
  ): void {
    this.#kernels.gather!(rows, n, table << 2, ldt << 2, indices << 2, s << 2, to << 2, ldto << 2);
  }

  scatterAdd(rows: number, n: number, table: number, ldt: number, indices: number, from: number, ldfrom: number): void {
    this.#kernels.scatter_add!(rows, n, table << 2, ldt << 2, indices << 2, from << 2, ldfrom << 2);
  }

  columnSums(rows: number, n: number, from: number, ld: number, to: number): void {
    this.#kernels.column_sums!(rows, n, from << 2, ld << 2, to << 2);
  }

  sum(offset: number, count: number): number {
    return this.#kernels.sum!(offset << 2, count);
  }

  sumOfSquares(offset: number, count: number): number {
    return this.#kernels.sum_of_squares!(offset << 2, count);
  }

  crossEntropy(rows: number, n: number, x: number, targets: number, kept: number, loss: number): void {
    this.#kernels.cross_entropy!(rows, n, x << 2, targets << 2, kept << 2, loss << 2);
  }

  crossEntropyGradient(rows: number, n: number, x: number, targets: number, kept: number, g: number, dx: number): void {
    this.#kernels.cross_entropy_gradient!(rows, n, x << 2, targets << 2, kept << 2, g << 2, dx << 2);
  }

  softmax(rows: number, n: number, from: number, to: number): void {
    this.#kernels.softmax!(rows, n, from << 2, to << 2);
  }

  normalize(rows: number, n: number, x: number, ldx: number, r: number, epsilon: number): void {
    this.#memory.floats[EPSILON_OFFSET] = epsilon;
    this.#kernels.normalize!(rows, n, x << 2, ldx << 2, r << 2, EPSILON_OFFSET << 2);
  }

  normalizeGradient(
    rows: number,
    n: number,
    xHat: number,
    ldx: number,
    r: number,
    dxHat: number,
    ldg: number,
    dx: number,
    lddx: number,
  ): void {
    this.#kernels.normalize_gradient!(rows, n, xHat << 2, ldx << 2, r << 2, dxHat << 2, ldg << 2, dx << 2, lddx << 2);
  }

  dropoutMask(mask: DropoutMask): void {
    const { rows, n, key, counter, places, threshold, keep, to } = mask;
    const draw = this.#kernels.dropout_mask!;
    draw(rows, n, key[0], key[1], counter[0], counter[1], places << 2, threshold, keep, to << 2);
  }
}
