import { describe, it } from "vitest";
import { type Compare, place, placeIndices, SIZES } from "./engine-conformance.ts";
import { numbers } from "./numbers.ts";

/** Whole numbers from -127 to 127. */
const bytes = (count: number, seed: number): Int8Array =>
  Int8Array.from(numbers(count, seed), (x) => Math.round(x * 127));

/** Positive numbers of different sizes. */
const scales = (count: number, seed: number): Float32Array => numbers(count, seed).map((x) => 0.001 + x * x);

/** Declares the tests of weights of int8: products and look-ups. */
export function testInt8(compare: Compare): void {
  describe("weights of int8", () => {
    it("multiply rows of every number and size, which are rounded to 16 bits, and nothing beside C is written", () => {
      for (const m of [1, 2, 3, 4, 17, 130]) {
        for (const n of [2, 16, 24, ...SIZES]) {
          for (const k of [1, 2, 5, 255, 256, 257, 600]) {
            compare(`${m} x ${n} x ${k}`, (e) => {
              const a = place(e, numbers(m * (k + 3), m + k));
              const size = e.int8.packedSize(k, n);
              const packed = e.arena.allocate(size + 16);
              e.fill(packed, size + 16, 7);
              e.int8.pack(k, n, bytes(k * n, n), scales(n, k), packed);
              const beyond = e.read(packed + size, 16);
              const c = place(e, numbers(m * (n + 1) + 16, 3));
              const s = place(e, numbers(m * n, 4));
              e.productPacked(m, n, k, a, k + 3, { int8: packed }, c, n + 1, s, n);
              const first = e.read(c, m * (n + 1) + 16);
              e.productPacked(m, n, k, a, k + 3, { int8: packed }, c, n + 1, c, n + 1); // adds to C itself
              return { C: first, "C again": e.read(c, m * (n + 1) + 16), beyond };
            });
          }
        }
      }
    });

    it("give S, a row of it for all, where rows are of zeros or there are no terms", () => {
      for (const [m, k] of [
        [3, 5],
        [1, 300],
        [3, 0],
      ] as const) {
        compare(`${m} x 11 x ${k}`, (e) => {
          const a = place(e, new Float32Array(m * k + 1));
          const packed = e.arena.allocate(e.int8.packedSize(k, 11));
          e.int8.pack(k, 11, bytes(k * 11, 1), scales(11, 2), packed);
          const c = place(e, numbers(m * 11, 3));
          e.productPacked(m, 11, k, a, k, { int8: packed }, c, 11, place(e, numbers(11, 4)), 0);
          return { C: e.read(c, m * 11) };
        });
      }
    });

    it("give a row of NaN where a number of the row is NaN, at any place, and no other", () => {
      for (const term of [0, 3, 4, 299]) {
        compare(`NaN as term ${term}`, (e) => {
          const values = numbers(3 * 300, 1);
          values[300 + term] = Number.NaN;
          const packed = e.arena.allocate(e.int8.packedSize(300, 11));
          e.int8.pack(300, 11, bytes(300 * 11, 1), scales(11, 2), packed);
          const c = place(e, numbers(3 * 11, 3));
          e.productPacked(3, 11, 300, place(e, values), 300, { int8: packed }, c, 11, c, 11);
          return { NaN: Float32Array.from(e.read(c, 3 * 11), (x) => (Number.isNaN(x) ? 1 : 0)) };
        });
      }
    });

    it("give rows that are looked up, by a scale of the row or of the column, from a column on", () => {
      for (const by of ["rows", "columns"] as const) {
        for (const n of SIZES) {
          for (const column of [0, 3]) {
            compare(`${n} columns from ${column}, scales of ${by}`, (e) => {
              const width = n + 5;
              const values = e.arena.allocate(e.int8.sizeOf(6 * width));
              e.int8.write(values, bytes(6 * width, n));
              const table = { values, column, scales: place(e, scales(by === "rows" ? 6 : width, 2)), by };
              const to = place(e, numbers(4 * (n + 2), 3));
              const s = place(e, numbers(n, 4));
              e.gather(4, n, table, width, placeIndices(e, [5, 0, 2, 5]), s, to, n + 2);
              return { to: e.read(to, 4 * (n + 2)) };
            });
          }
        }
      }
    });
  });
}
