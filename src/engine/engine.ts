/**
 * What the layers above see of a machine: memory and kernels.
 *
 * Two engines stand behind this interface. The WebAssembly one computes in float32 and is what models run on; the
 * reference one computes in float64 with plain loops and is the definition of right. Every operation above is written
 * once, against this interface.
 *
 * All addresses are **offsets in elements** from the start of the engine's memory, never bytes and never views: memory
 * may grow in mid-step, and a view of it dies then.
 */

import type { SegmentSpec } from "../expression/segment.ts";
import type { Arena, Heap } from "./allocator.ts";
import type { Kernels } from "./wasm/kernels.ts";

/** Runs a segment over `rows` rows (elements, when flat); `offsets` has one offset an operand. */
export type SegmentKernel = (rows: number, offsets: readonly number[]) => void;

/**
 * A kernel that comes with who calls it: a page that only uses a model fetches none of training's.
 *
 * @typeParam Call what it is called with; places are offsets in elements. One number after the other, as the engine's own
 * kernels: the time loop makes no object a step, and names of fields, which no minifier shortens, are no part of a page.
 * @typeParam Result what it gives besides what it writes.
 */
export type OwnKernel<Call extends unknown[], Result = void> = (kernels: Kernels, ...call: Call) => Result;

/** A kernel in plain loops over the numbers of the reference engine, which knows the truth of each (`truths.ts`). */
export type Truth<Call extends unknown[], Result = void> = (values: Float64Array, ...call: Call) => Result;

/** A right-hand side ready for products: where `pack` wrote it, or where `int8.pack` did. */
export type Packed = number | { readonly int8: number };

/** Rows to look up: where they stand, or int8 numbers with a scale for each row or each column, from a column on. */
export type Table =
  | number
  | {
      readonly values: number;
      readonly column: number;
      readonly scales: number;
      readonly by: "rows" | "columns";
    };

/** Puts weights of int8 in their places. */
export interface Int8Places {
  /** Elements that hold `count` numbers. */
  sizeOf(count: number): number;
  /** Copies numbers in. */
  write(offset: number, values: Int8Array): void;
  /** Elements that `pack` writes for a right-hand side of k rows and n columns. */
  packedSize(k: number, n: number): number;
  /** Prepares a right-hand side for many products: `values` as [k, n], a scale for each column. */
  pack(k: number, n: number, values: Int8Array, scales: ArrayLike<number>, to: number): void;
}

export interface Engine {
  readonly precision: "float32" | "float64";
  /** Parameters, moments, carried states: lives until freed. */
  readonly heap: Heap;
  /** Everything a step makes: gone when the step ends. */
  readonly arena: Arena;
  /** How products are computed, in words: vectors and rounding. */
  readonly kernels: string;
  /** The most threads that one piece of work is shared by; 1 computes everything where it is called. */
  threads: number;
  /**
   * Fetches the code of threads, if there may be more than one; loading a model does it. Without, the first large piece
   * of work asks for it, and a program that never gives the event loop a turn computes alone.
   */
  prepareThreads(): Promise<void>;
  /** Threads that are up, the caller's own among them. */
  readonly runningThreads: number;
  /** Bytes of memory taken from the system so far. */
  readonly byteLength: number;
  /** A row of zeros, at least `count` long, that nobody writes; it stays where it is for good. */
  zeros(count: number): number;
  /** Fetches the kernels of `int8`, which most models do without. */
  prepareInt8(): Promise<void>;
  /**
   * For weights of int8, which `productPacked` and `gather` take as they take floats.
   *
   * @throws option before `prepareInt8` is done.
   */
  readonly int8: Int8Places;

  /** A view of memory, valid until memory grows: use it at once and keep it in no field. */
  view(offset: number, count: number): Float32Array | Float64Array;
  /** Copies numbers in. */
  write(offset: number, values: ArrayLike<number>): void;
  /** Copies numbers out. */
  read(offset: number, count: number): Float32Array | Float64Array;
  /** Copies integers (row indices, ids) in; `gather`, `scatterAdd` and the losses read them. */
  writeIndices(offset: number, values: ArrayLike<number>): void;
  /** Copies integers out. */
  readIndices(offset: number, count: number): Int32Array;
  fill(offset: number, count: number, value: number): void;
  copy(to: number, from: number, count: number): void;

  /**
   * Runs part 0, 1, … of each share; shares run at the same time, each its parts in order. Returns when all are done.
   *
   * Inside `run` only segments, `productPacked` and the kernels `normalize` and `normalizeGradient` are called, and a
   * share touches no number that another one writes.
   *
   * @param work multiply-adds of the whole: too little is done in one share.
   * @param most shares that it can be cut into.
   */
  concurrently(
    work: number,
    most: number,
    parts: number,
    run: (share: number, shares: number, part: number) => void,
  ): void;

  /** Compiles a fused element-wise program, or finds it compiled already. */
  segment(spec: SegmentSpec): SegmentKernel;

  /** Elements that `pack` writes for a right-hand side of k rows and n columns. */
  packedSize(k: number, n: number): number;
  /** Prepares a right-hand side once for many products: B [k, n], or [n, k] with `transposed`. */
  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void;
  /**
   * C = S + A·B with a B that was prepared: after `pack` the same bits as the kernel `product`. After `int8.pack` each row of A is
   * rounded, 256 terms at a time, to whole multiples of its largest magnitude / 32,767.
   */
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
  ): void;

  /** to[row] = s + table[indices[row]] for n columns, rows `ldt` numbers apart; `s` is one row (a bias or zeros). */
  gather(
    rows: number,
    n: number,
    table: Table,
    ldt: number,
    indices: number,
    s: number,
    to: number,
    ldto: number,
  ): void;
  /** Runs a kernel that is not the engine's own. */
  run<Call extends unknown[], Result>(kernel: OwnKernel<Call, Result>, ...call: Call): Result;
}
