import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectSameBits, numbers } from "../../../test/conformance/numbers.ts";
import { product } from "../product.ts";
import type { ProductForm } from "./gemm.ts";
import { WasmEngine } from "./wasm-engine.ts";

let engine: WasmEngine;
afterEach(() => engine.arena.reset());

interface Form {
  readonly transposedA?: boolean;
  readonly transposedB?: boolean;
  /** Packs B first and takes `productPacked`. */
  readonly packed?: boolean;
  /** C is S itself. */
  readonly inPlace?: boolean;
}

const FORMS: readonly Form[] = [
  {},
  { packed: true },
  { transposedB: true },
  { transposedB: true, packed: true },
  { transposedA: true },
  { transposedA: true, transposedB: true },
];

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]!;
  return result;
}

/** S [m, n] + A [m, k]·B [k, n] by the engine, whatever form A and B are stored in. */
function productOf(a: Float32Array, b: Float32Array, s: Float32Array, m: number, form: Form = {}): Float32Array {
  const [k, n] = [a.length / m, s.length / m];
  const place = (values: Float32Array): number => {
    const offset = engine.arena.allocate(values.length);
    engine.write(offset, values);
    return offset;
  };
  const { transposedA = false, transposedB = false } = form;
  const pA = place(transposedA ? transpose(a, m, k) : a);
  const pB = place(transposedB ? transpose(b, k, n) : b);
  const pS = place(s);
  const c = form.inPlace === true ? pS : place(new Float32Array(m * n));
  const ldb = transposedB ? k : n;
  if (form.packed === true) {
    const packed = engine.arena.allocate(engine.packedSize(k, n));
    engine.pack(k, n, pB, ldb, transposedB, packed);
    engine.productPacked(m, n, k, pA, k, packed, c, n, pS, n);
  } else {
    const lda = transposedA ? m : k;
    engine.run(product, { m, n, k, a: pA, lda, transposedA, b: pB, ldb, transposedB, c, ldc: n, s: pS, lds: n });
  }
  return engine.read(c, m * n);
}

/** The stated order in plain JavaScript: k ascending in blocks of 256 from zero, each block then added to S. */
function emulated(a: Float32Array, b: Float32Array, s: Float32Array, m: number): Float32Array {
  const [k, n] = [a.length / m, s.length / m];
  const c = s.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let block = 0; block < k; block += 256) {
        let sum = 0;
        for (let l = block; l < Math.min(k, block + 256); l++) {
          sum = Math.fround(sum + Math.fround(a[i * k + l]! * b[l * n + j]!));
        }
        c[i * n + j] = c[i * n + j]! + sum;
      }
    }
  }
  return c;
}

/** What "wide" kernels are made of: the runtime may join their vectors, which changes no bit. */
const WIDE: ProductForm = { panelColumns: 16, fused: false };

describe.each([
  ["default", new WasmEngine()],
  ["wide", new WasmEngine({ form: WIDE })],
])("the order of sums of a product, %s kernels", (_, made) => {
  beforeEach(() => {
    engine = made;
  });

  for (const k of [5, 256, 300, 700]) {
    it(`is that of plain JavaScript to the bit, in every form, for k = ${k}`, () => {
      for (const [m, n] of [
        [1, 8],
        [1, 37],
        [3, 5],
        [4, 16],
        [7, 19],
        [6, 531],
        [70, 531], // two turns of rows, three strips of C
      ] as const) {
        const [a, b, s] = [numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3)];
        const expected = emulated(a, b, s, m);
        for (const form of FORMS) {
          expectSameBits(productOf(a, b, s, m, form), expected, `${m} x ${n}, ${JSON.stringify(form)}`);
        }
      }
    });
  }

  it("is the same where C is large enough for strips, whichever side is the wider one", () => {
    const k = 300;
    for (const [m, n] of [
      [130, 2100],
      [2100, 130],
    ] as const) {
      const [a, b, s] = [numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3)];
      const expected = productOf(a, b, s, m, { packed: true });
      for (const transposedB of [false, true]) {
        expectSameBits(
          productOf(a, b, s, m, { transposedA: true, transposedB, inPlace: true }),
          expected,
          `${m} x ${n}`,
        );
      }
    }
  });

  it("would give other bits with another block or none: the emulation can tell", () => {
    const [a, b, s] = [numbers(700, 1), numbers(700 * 8, 2), numbers(8, 3)];
    let sum = 0;
    for (let l = 0; l < 700; l++) sum = Math.fround(sum + Math.fround(a[l]! * b[l * 8]!));
    expect(Math.fround(s[0]! + sum)).not.toBe(emulated(a, b, s, 1)[0]);
  });

  it("makes a row the same alone, in a tile and at every place of a tail, with any number of rows", () => {
    for (const [n, k] of [
      [8, 5],
      [19, 300],
      [40, 257],
    ] as const) {
      const rows = 13;
      const [a, b, s] = [numbers(rows * k, 1), numbers(k * n, 2), numbers(rows * n, 3)];
      const alone = Array.from({ length: rows }, (_, i) =>
        productOf(a.slice(i * k, (i + 1) * k), b, s.slice(i * n, (i + 1) * n), 1),
      );
      for (let m = 1; m <= rows; m++) {
        for (const form of FORMS) {
          const together = productOf(a.slice(0, m * k), b, s.slice(0, m * n), m, form);
          for (let i = 0; i < m; i++) {
            expectSameBits(together.slice(i * n, (i + 1) * n), alone[i]!, `row ${i} of ${m}, ${JSON.stringify(form)}`);
          }
        }
      }
    }
  });

  it("makes a column the same whatever stands beside it", () => {
    const [m, n, k] = [5, 45, 300];
    const [a, b, s] = [numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3)];
    const columns = (values: Float32Array, rows: number, from: number, to: number): Float32Array =>
      Float32Array.from({ length: rows * (to - from) }, (_, i) => {
        const width = to - from;
        return values[Math.floor(i / width) * n + from + (i % width)]!;
      });
    const whole = productOf(a, b, s, m);
    for (const [from, to] of [
      [0, 1],
      [7, 9],
      [3, 40],
      [44, 45],
    ] as const) {
      const part = productOf(a, columns(b, k, from, to), columns(s, m, from, to), m);
      expectSameBits(part, columns(whole, m, from, to), `columns ${from} to ${to}`);
    }
  });

  it("makes the product of [A1; A2] the products of A1 and of A2", () => {
    for (const [m1, m2] of [
      [1, 1],
      [1, 6],
      [4, 3],
      [5, 9],
    ] as const) {
      const [n, k] = [21, 260];
      const [a, b, s] = [numbers((m1 + m2) * k, 1), numbers(k * n, 2), numbers((m1 + m2) * n, 3)];
      const whole = productOf(a, b, s, m1 + m2);
      const first = productOf(a.slice(0, m1 * k), b, s.slice(0, m1 * n), m1);
      const second = productOf(a.slice(m1 * k), b, s.slice(m1 * n), m2);
      expectSameBits(whole, [...first, ...second], `${m1} + ${m2} rows`);
    }
  });

  it("adds [A1, A2]·[B1; B2] as A1·B1 and then A2·B2 where A1 fills a whole number of blocks", () => {
    const [m, n, k1, k2] = [3, 11, 256, 70];
    const [a1, a2] = [numbers(m * k1, 1), numbers(m * k2, 2)];
    const b = numbers((k1 + k2) * n, 3);
    const joined = new Float32Array(m * (k1 + k2));
    for (let i = 0; i < m; i++) {
      joined.set(a1.subarray(i * k1, (i + 1) * k1), i * (k1 + k2));
      joined.set(a2.subarray(i * k2, (i + 1) * k2), i * (k1 + k2) + k1);
    }
    const s = numbers(m * n, 4);
    const first = productOf(a1, b.slice(0, k1 * n), s, m);
    expectSameBits(productOf(joined, b, s, m), productOf(a2, b.slice(k1 * n), first, m), "joined");
  });
});
