/** The definition of right: every kernel as a plain loop in float64. Slow, short, and checked by numerical gradients. */
import type { BinaryOp, UnaryOp } from "../../expression/expression.ts";
import type { SegmentSpec } from "../../expression/segment.ts";
import { Arena, Heap, type Store } from "../allocator.ts";
import type { Engine, Int8Places, OwnKernel, Packed, SegmentKernel, Table } from "../engine.ts";
import { productTruth } from "../product.ts";
import { truthOf } from "./truths.ts";

class ReferenceMemory implements Store {
  values: Float64Array = new Float64Array(1024);

  get capacity(): number {
    return this.values.length;
  }

  grow(count: number): void {
    const grown = new Float64Array(this.values.length + count);
    grown.set(this.values);
    this.values = grown;
  }
}

const FLUSH_BELOW = 1e-30;
/** Terms of a row that are rounded together for a product with int8, and the largest whole number that they become. */
const ROUNDED_TERMS = 256;
const LARGEST_INT16 = 32_767;
const SMALLEST_ROUNDED = 1e-30;

/** The operations, of one value or of two. */
const FUNCTIONS: Readonly<Record<UnaryOp | BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  neg: (a) => -a,
  tanh: (a) => Math.tanh(a),
  sigmoid: (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))),
  relu: (a) => Math.max(0, a),
  exp: (a) => Math.exp(a),
  log: (a) => Math.log(a),
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  sqrt: (a) => Math.sqrt(a),
  abs: (a) => Math.abs(a),
  positive: (a) => (a > 0 ? 1 : 0),
  flush: (a) => (Math.abs(a) < FLUSH_BELOW ? 0 : a),
};

export class ReferenceEngine implements Engine {
  readonly precision = "float64";
  readonly kernels = "plain loops";
  threads = 1;
  readonly runningThreads = 1;
  readonly #memory = new ReferenceMemory();
  readonly heap: Heap = new Heap(this.#memory);
  readonly arena: Arena = new Arena(this.#memory);
  readonly int8: Int8Places = {
    sizeOf: (count) => count,
    write: (offset, values) => this.write(offset, values),
    packedSize: (k, n) => k * n,
    pack: (k, n, values, scales, to) => {
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < n; j++) this.#values[to + i * n + j] = values[i * n + j]! * scales[j]!;
      }
    },
  };

  async prepareThreads(): Promise<void> {}

  async prepareInt8(): Promise<void> {}
  #zeros = 0;
  #zerosCount = 0;

  get #values(): Float64Array {
    return this.#memory.values;
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }

  zeros(count: number): number {
    if (count > this.#zerosCount) {
      this.#zerosCount = count;
      this.#zeros = this.heap.allocate(count);
      this.fill(this.#zeros, count, 0);
    }
    return this.#zeros;
  }

  view(offset: number, count: number): Float64Array {
    return this.#values.subarray(offset, offset + count);
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.#values.set(values, offset);
  }

  read(offset: number, count: number): Float64Array {
    return this.#values.slice(offset, offset + count);
  }

  writeIndices(offset: number, values: ArrayLike<number>): void {
    this.#values.set(values, offset);
  }

  readIndices(offset: number, count: number): Int32Array {
    return Int32Array.from(this.view(offset, count));
  }

  fill(offset: number, count: number, value: number): void {
    this.#values.fill(value, offset, offset + count);
  }

  copy(to: number, from: number, count: number): void {
    this.#values.copyWithin(to, from, from + count);
  }

  concurrently(
    _work: number,
    _most: number,
    parts: number,
    run: (share: number, shares: number, part: number) => void,
  ): void {
    for (let part = 0; part < parts; part++) run(0, 1, part);
  }

  segment(spec: SegmentSpec): SegmentKernel {
    const values: number[] = spec.steps.map(() => 0);
    return (rows, offsets) => {
      const flat = spec.width === "flat";
      const width = spec.width === "flat" ? rows : spec.width;
      for (let row = 0; row < (flat ? 1 : rows); row++) {
        for (let unit = 0; unit < width; unit++) {
          spec.steps.forEach((step, index) => {
            const at = "operand" in step ? offsets[step.operand]! + row * spec.strides[step.operand]! + unit : 0;
            if (step.op === "load") values[index] = this.#values[at + step.column]!;
            else if (step.op === "scalar") values[index] = this.#values[offsets[step.operand]!]!;
            else if (step.op === "constant") values[index] = step.value;
            else if (step.op === "store") this.#values[at + step.column] = values[step.a]!;
            else values[index] = FUNCTIONS[step.op](values[step.a]!, "b" in step ? values[step.b]! : 0);
          });
        }
      }
    };
  }

  packedSize(k: number, n: number): number {
    return k * n;
  }

  pack(k: number, n: number, from: number, ld: number, transposed: boolean, to: number): void {
    const v = this.#values;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < n; j++) v[to + i * n + j] = transposed ? v[from + j * ld + i]! : v[from + i * ld + j]!;
    }
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
    if (typeof packed === "number") {
      productTruth(this.#values, { m, n, k, a, lda, b: packed, ldb: n, c, ldc, s, lds });
      return;
    }
    const mark = this.arena.mark();
    const rounded = this.arena.allocate(m * k);
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l += ROUNDED_TERMS) {
        this.#roundTerms(Math.min(ROUNDED_TERMS, k - l), a + i * lda + l, rounded + i * k + l);
      }
    }
    productTruth(this.#values, { m, n, k, a: rounded, lda: k, b: packed.int8, ldb: n, c, ldc, s, lds });
    this.arena.release(mark);
  }

  /** Which whole number is nearest is said in float32, so that both engines choose the same. */
  #roundTerms(count: number, from: number, to: number): void {
    const v = this.#values;
    let largest = SMALLEST_ROUNDED;
    for (let l = 0; l < count; l++) largest = Math.max(largest, Math.abs(v[from + l]!));
    const factor = Math.fround(LARGEST_INT16 / Math.fround(largest));
    const unit = largest / LARGEST_INT16;
    for (let l = 0; l < count; l++) {
      const value = Math.fround(Math.fround(v[from + l]!) * factor);
      const below = Math.floor(value);
      const isUp = value - below > 0.5 || (value - below === 0.5 && below % 2 !== 0);
      v[to + l] = (isUp ? below + 1 : below) * unit;
    }
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
    const v = this.#values;
    for (let i = 0; i < rows; i++) {
      const row = v[indices + i]!;
      for (let j = 0; j < n; j++) v[to + i * ldto + j] = v[s + j]! + this.#entry(table, row, ldt, j);
    }
  }

  #entry(table: Table, row: number, ldt: number, j: number): number {
    const v = this.#values;
    if (typeof table === "number") return v[table + row * ldt + j]!;
    const { values, column, scales, by } = table;
    return v[values + row * ldt + column + j]! * v[scales + (by === "rows" ? row : column + j)]!;
  }

  run<Call extends unknown[], Result>(kernel: OwnKernel<Call, Result>, ...call: Call): Result {
    return truthOf(kernel)(this.#values, ...call);
  }
}
