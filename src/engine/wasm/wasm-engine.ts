/** The engine that models run on: float32 in WebAssembly SIMD, kernels emitted at run time. */

import { RecurraError } from "../../core/errors.ts";
import { getOrMake } from "../../core/get-or-make.ts";
import { processors } from "../../core/platform.ts";
import type { SegmentSpec } from "../../expression/segment.ts";
import { Arena, Heap } from "../allocator.ts";
import type { Engine, OwnKernel, Packed, SegmentKernel, Table } from "../engine.ts";
import { emitSegment, FUNCTIONS, isWalked, segmentKey } from "./elementwise.ts";
import { emitGather } from "./gather.ts";
import { DEFAULT_FORM, type ProductForm } from "./gemm.ts";
import type { Int8Weights } from "./int8-weights.ts";
import { FUNCTION_WORK, Kernels, LINE, MOST_THREADS } from "./kernels.ts";
import { Products } from "./products.ts";
import { requireWasmSimd, WasmMemory } from "./wasm-memory.ts";

export interface WasmEngineOptions {
  /** The most memory the engine may take, bytes; default 4 GiB, what 32-bit addresses reach. */
  readonly maximumBytes?: number;
  /**
   * The most threads that one piece of work is shared by; default every core there is. Results are the same bits for
   * any number. They start when large work comes and the event loop has had a turn since, and end when there has been none for two seconds.
   */
  readonly threads?: number;
  /** Threads share large work even while that gains no time, as on a machine whose cores are taken; default false. */
  readonly alwaysShare?: boolean;
  /** How products are computed; default the form that gives the same bytes everywhere. */
  readonly form?: ProductForm;
}

export class WasmEngine implements Engine {
  readonly precision = "float32";
  readonly heap: Heap;
  readonly arena: Arena;
  readonly #memory: WasmMemory;
  readonly #products: Products;
  readonly #kernels: Kernels;
  #int8: Int8Weights | undefined;
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
    const form = options.form ?? DEFAULT_FORM;
    const threads = Math.min(MOST_THREADS, options.threads ?? processors());
    this.#kernels = new Kernels(this.#memory, this.heap, threads, options.alwaysShare ?? false);
    this.#products = new Products(form, this.#kernels, this);
  }

  async prepareInt8(): Promise<void> {
    const { Int8Weights } = await import("./int8-weights.ts");
    this.#int8 ??= new Int8Weights(this.#memory, this.heap, this.#kernels);
  }

  get int8(): Int8Weights {
    if (this.#int8 !== undefined) return this.#int8;
    throw new RecurraError("option", {
      where: "engine.int8",
      expected: "an engine that was prepared for weights of int8",
      got: "another",
      hint: "Await engine.prepareInt8() first.",
    });
  }

  get kernels(): string {
    const { panelColumns, fused } = this.#products.form;
    return `${panelColumns === 8 ? 128 : 256}-bit vectors, multiply and add rounded ${fused ? "once" : "apart"}`;
  }

  get threads(): number {
    return this.#kernels.threads;
  }

  set threads(count: number) {
    this.#kernels.threads = Math.min(MOST_THREADS, count);
  }

  async prepareThreads(): Promise<void> {
    if (this.threads > 1) await this.#kernels.pool.prepare();
  }

  get runningThreads(): number {
    return this.#kernels.pool.running;
  }

  concurrently(
    work: number,
    most: number,
    parts: number,
    run: (share: number, shares: number, part: number) => void,
  ): void {
    this.#kernels.concurrently(work, most, parts, run);
  }

  /** Ends the threads; they start anew when there is work for them. */
  close(): void {
    this.#kernels.pool.close();
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
    const kernel = getOrMake(this.#segments, segmentKey(spec), () => this.#compileSegment(spec));
    this.#segmentOf.set(spec, kernel);
    return kernel;
  }

  #compileSegment(spec: SegmentSpec): SegmentKernel {
    const run = this.#kernels.add((module) => emitSegment(module, spec)).segment!;
    const parameters: number[] = new Array(spec.strides.length + 1).fill(0);
    const flat = spec.width === "flat";
    // elements from one row, or one element of a flat run, to the next
    const strides = spec.strides.map((stride, operand) => (flat ? (isWalked(spec, operand) ? 1 : 0) : stride));
    const width = spec.width === "flat" ? 1 : spec.width;
    const work = width * spec.steps.reduce((sum, { op }) => sum + (op in FUNCTIONS ? FUNCTION_WORK : 1), 0);
    return (rows, offsets) => {
      this.#kernels.split(rows, flat ? LINE : 1, rows * work, (first, count) => {
        parameters[0] = count;
        for (let i = 0; i < offsets.length; i++) parameters[i + 1] = (offsets[i]! + first * strides[i]!) << 2;
        run(...parameters);
      });
    };
  }

  packedSize(k: number, n: number): number {
    return this.#products.packedSize(k, n);
  }

  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void {
    this.#products.pack(k, n, from, ld, transposed, to);
  }

  productPacked(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    packed: Packed,
    c: number,
    ldc: number,
    s: number,
    lds: number,
  ): void {
    if (m === 0) return;
    if (k === 0) for (let i = 0; i < m; i++) this.copy(c + i * ldc, s + i * lds, n);
    else if (typeof packed === "number") this.#products.byRows(m, n, k, a, lda, packed, c, ldc, s, lds);
    else this.int8.product(m, n, k, a, lda, packed, c, ldc, s, lds);
  }

  gather(
    rows: number,
    n: number,
    table: Table,
    ldt: number,
    indices: number,
    s: number,
    to: number,
    ldto: number,
  ): void {
    if (typeof table !== "number") {
      this.int8.gather(rows, n, table, ldt, indices, s, to, ldto);
      return;
    }
    const kernel = this.#kernels.of(emitGather).gather!;
    this.#kernels.split(rows, 1, rows * n, (first, count) => {
      const target = to + first * ldto;
      kernel(count, n, table << 2, ldt << 2, (indices + first) << 2, s << 2, target << 2, ldto << 2);
    });
  }

  run<Call extends unknown[], Result>(kernel: OwnKernel<Call, Result>, ...call: Call): Result {
    return kernel(this.#kernels, ...call);
  }
}
