import { describe, it } from "vitest";
import { product } from "../../src/engine/product.ts";
import { type Compare, place, SIZES } from "./engine-conformance.ts";
import { numbers } from "./numbers.ts";

/** Terms below, at and above the block of 256, and two blocks with a rest. */
const TERMS = [1, 5, 8, 255, 256, 257, 600] as const;

/** Declares the tests of `product`, `pack` and `productPacked`. */
export function testProducts(compare: Compare): void {
  describe("the matrix product", () => {
    const forms = [
      { transposedA: false, transposedB: false, title: "A·B" },
      { transposedA: false, transposedB: true, title: "A·Bᵀ" },
      { transposedA: true, transposedB: false, title: "Aᵀ·B" },
      { transposedA: true, transposedB: true, title: "Aᵀ·Bᵀ" },
    ];
    for (const { transposedA, transposedB, title } of forms) {
      it(`computes S + ${title} for every size, rows further apart than they are wide, and nothing beside C`, () => {
        for (const m of [1, 2, ...SIZES]) {
          for (const n of [2, 16, 24, ...SIZES]) {
            for (const k of TERMS) {
              const lda = (transposedA ? m : k) + 3;
              const ldb = (transposedB ? k : n) + 1;
              const ldc = n + 2;
              compare(`${m} x ${n} x ${k}`, (e) => {
                const a = place(e, numbers((transposedA ? k : m) * lda, m + k));
                const b = place(e, numbers((transposedB ? n : k) * ldb, n + k + 1));
                const c = place(e, numbers(m * ldc + 16, 3));
                const s = place(e, numbers(m * (n + 5), 4));
                e.run(product, { m, n, k, a, lda, transposedA, b, ldb, transposedB, c, ldc, s, lds: n + 5 });
                return { C: e.read(c, m * ldc + 16) };
              });
            }
          }
        }
      });

      it(`adds S + ${title} to C itself, and begins every row with one bias where lds is 0`, () => {
        for (const [m, n, k] of [
          [1, 17, 257],
          [1, 33, 5],
          [5, 7, 600],
          [8, 8, 256],
          [7, 24, 3],
        ] as const) {
          for (const s of ["bias", "c"] as const) {
            compare(`${m} x ${n} x ${k}, S = ${s}`, (e) => {
              const a = place(e, numbers(m * k, 1));
              const b = place(e, numbers(n * k, 2));
              const c = place(e, numbers(m * n + 16, 3));
              const bias = place(e, numbers(n, 4));
              const [lda, ldb] = [transposedA ? m : k, transposedB ? k : n];
              const start = s === "c" ? { s: c, lds: n } : { s: bias, lds: 0 };
              e.run(product, { m, n, k, a, lda, transposedA, b, ldb, transposedB, c, ldc: n, ...start });
              return { C: e.read(c, m * n + 16) };
            });
          }
        }
      });
    }

    it("is S where there are no terms to add, and nothing where there are no rows or columns", () => {
      for (const transposedA of [false, true]) {
        for (const [m, n, k] of [
          [3, 5, 0],
          [1, 16, 0],
          [0, 5, 3],
          [3, 0, 3],
        ] as const) {
          compare(`${m} x ${n} x ${k}`, (e) => {
            const [a, b] = [place(e, numbers(64, 1)), place(e, numbers(64, 2))];
            const [c, s] = [place(e, numbers(64, 3)), place(e, numbers(64, 4))];
            e.run(product, { m, n, k, a, lda: 8, transposedA, b, ldb: 8, c, ldc: 16, s, lds: 16 });
            return { C: e.read(c, 64) };
          });
        }
      }
    });

    it("takes a right-hand side packed once, from rows or from columns further apart than they are long", () => {
      for (const transposed of [false, true]) {
        for (const m of [1, 2, 3, 4, 17]) {
          for (const n of [2, 16, 24, ...SIZES]) {
            for (const k of [1, 8, 256, 257, 600]) {
              const ldb = (transposed ? k : n) + 2;
              compare(`${m} x ${n} x ${k}`, (e) => {
                const a = place(e, numbers(m * (k + 1), m + k));
                const b = place(e, numbers((transposed ? n : k) * ldb, n + k));
                const packed = e.arena.allocate(e.packedSize(k, n) + 16);
                e.fill(packed, e.packedSize(k, n) + 16, 7);
                e.pack(k, n, b, ldb, transposed, packed);
                const beyond = e.read(packed + e.packedSize(k, n), 16);
                const c = place(e, numbers(m * (n + 1) + 16, 3));
                const s = place(e, numbers(m * n, 4));
                e.productPacked(m, n, k, a, k + 1, packed, c, n + 1, s, n);
                return { C: e.read(c, m * (n + 1) + 16), beyond };
              });
            }
          }
        }
      }
    });

    it("packs a range of columns of a wider matrix, as the gates of one weight are", () => {
      compare("columns 5 to 16 of 40", (e) => {
        const w = place(e, numbers(9 * 40, 1));
        const a = place(e, numbers(3 * 9, 2));
        const packed = e.arena.allocate(e.packedSize(9, 11));
        e.pack(9, 11, w + 5, 40, false, packed);
        const c = place(e, numbers(33, 3));
        e.productPacked(3, 11, 9, a, 9, packed, c, 11, e.zeros(11), 0);
        return { C: e.read(c, 33) };
      });
    });
  });
}
