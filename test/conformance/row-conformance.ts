import { describe, expect, it } from "vitest";
import { columnSums } from "../../src/engine/column-sums.ts";
import { crossEntropy } from "../../src/engine/cross-entropy.ts";
import { crossEntropyGradient } from "../../src/engine/cross-entropy-gradient.ts";
import { normalize } from "../../src/engine/normalize.ts";
import { normalizeGradient } from "../../src/engine/normalize-gradient.ts";
import { scatterAdd } from "../../src/engine/scatter-add.ts";
import { softmax } from "../../src/engine/softmax.ts";
import { sum } from "../../src/engine/sum.ts";
import { sumOfSquares } from "../../src/engine/sum-of-squares.ts";
import { type Compare, place, placeIndices, SIZES } from "./engine-conformance.ts";
import { numbers } from "./numbers.ts";

/** Declares the tests of the kernels that work on rows: look-ups, sums, soft-max and normalisation. */
export function testRowKernels(compare: Compare): void {
  describe("look-ups", () => {
    const indices = [4, 0, 4, 4, 2, 0, 5];

    it("gather the rows named, in order and with repeats, on top of a bias", () => {
      for (const n of SIZES) {
        compare(`${n} columns`, (e) => {
          const table = place(e, numbers(6 * (n + 3), 1));
          const bias = place(e, numbers(n, 2));
          const to = place(e, numbers(7 * (n + 2) + 8, 3));
          e.gather(7, n, table, n + 3, placeIndices(e, indices), bias, to, n + 2);
          e.gather(0, n, table, n + 3, placeIndices(e, indices), bias, to, n + 2);
          return { to: e.read(to, 7 * (n + 2) + 8), table: e.read(table, 6 * (n + 3)) };
        });
      }
    });

    it("scatter back by adding, once for each repeat, and leave other rows alone", () => {
      for (const n of SIZES) {
        compare(`${n} columns`, (e) => {
          const table = place(e, numbers(6 * (n + 3), 1));
          const from = place(e, numbers(7 * (n + 2), 3));
          e.run(scatterAdd, 7, n, table, n + 3, placeIndices(e, indices), from, n + 2);
          e.run(scatterAdd, 0, n, table, n + 3, placeIndices(e, indices), from, n + 2);
          return { table: e.read(table, 6 * (n + 3)) };
        });
      }
    });
  });

  describe("sums", () => {
    it("of columns add to what stands at their place, over more than one block of 256 rows", () => {
      for (const n of [2, 16, 20, 39, ...SIZES]) {
        for (const rows of [0, 1, 7, 255, 256, 257, 600]) {
          compare(`${rows} x ${n}`, (e) => {
            const from = place(e, numbers(rows * (n + 3), 1));
            const to = place(e, numbers(n + 8, 2));
            e.run(columnSums, rows, n, from, n + 3, to);
            return { to: e.read(to, n + 8) };
          });
        }
      }
    });

    it("of all elements and of their squares are exact to float64, for every tail", () => {
      for (const count of [0, 2, 6, 1000, 4099, ...SIZES]) {
        compare(`${count} elements`, (e) => {
          const x = place(e, numbers(count + 4, 1));
          const [total, squares] = [e.run(sum, x, count), e.run(sumOfSquares, x, count)];
          const values = numbers(count, 1);
          let [rightTotal, rightSquares] = [0, 0];
          for (const v of values) {
            rightTotal += v;
            rightSquares += v * v;
          }
          expect(Math.abs(total - rightTotal)).toBeLessThan(1e-11);
          expect(Math.abs(squares - rightSquares)).toBeLessThan(1e-11);
          return { total: [total], squares: [squares] };
        });
      }
    });

    it("do not overflow where the squares of float32 would", () => {
      compare("1e30", (e) => {
        const x = place(e, [1e30, 1e30, 1e30, 1e30, 1e30]);
        return { scaled: [e.run(sumOfSquares, x, 5) / 1e60, e.run(sum, x, 5) / 1e30] };
      });
    });
  });

  describe("soft-max and cross-entropy", () => {
    const scores = {
      "of size 5": (count: number) => numbers(count, 1).map((v) => 5 * v),
      "of size 1e4": (count: number) => numbers(count, 1).map((v) => 1e4 * Math.sign(v)),
      "with classes as good as excluded": (count: number) =>
        numbers(count, 1).map((v, i) => (i % 3 === 1 ? -3e38 : i % 7 === 3 ? -1e30 : v)),
    };
    for (const [title, draw] of Object.entries(scores)) {
      it(`give a distribution a row, in place and elsewhere: scores ${title}`, () => {
        for (const n of SIZES) {
          compare(`${n} classes`, (e) => {
            const from = place(e, draw(5 * n + 4));
            const to = place(e, numbers(5 * n + 4, 2));
            e.run(softmax, 5, n, from, to);
            const elsewhere = e.read(to, 5 * n + 4);
            e.run(softmax, 5, n, from, from);
            const inPlace = e.read(from, 5 * n);
            for (let i = 0; i < 5; i++) {
              const total = Array.from(elsewhere.subarray(i * n, (i + 1) * n)).reduce((sum, p) => sum + p, 0);
              expect(total, `row ${i}`).toBeCloseTo(1, 5);
            }
            return { elsewhere, inPlace };
          });
        }
      });

      it(`give loss, what the gradient needs and the gradient, in place and elsewhere: scores ${title}`, () => {
        for (const n of SIZES) {
          compare(`${n} classes`, (e) => {
            const x = place(e, draw(5 * n + 4));
            const targets = placeIndices(
              e,
              Array.from({ length: 5 }, (_, i) => (i * 3 * Math.floor(n / 3)) % n),
            );
            const [kept, loss] = [place(e, numbers(14, 2)), place(e, numbers(9, 3))];
            const g = place(e, numbers(5, 4));
            const dx = place(e, numbers(5 * n + 4, 5));
            e.run(crossEntropy, 5, n, x, targets, kept, loss);
            e.run(crossEntropyGradient, 5, n, x, targets, kept, g, dx);
            const elsewhere = e.read(dx, 5 * n + 4);
            e.run(crossEntropyGradient, 5, n, x, targets, kept, g, x);
            return { kept: e.read(kept, 14), loss: e.read(loss, 9), elsewhere, inPlace: e.read(x, 5 * n) };
          });
        }
      });
    }

    it("take -Infinity for a class of probability 0", () => {
      compare("-Infinity", (e) => {
        const n = 6;
        const x = place(e, [1, Number.NEGATIVE_INFINITY, 0.5, 0, Number.NEGATIVE_INFINITY, -1]);
        const targets = placeIndices(e, [2]);
        const [kept, loss, g] = [place(e, [0, 0]), place(e, [0]), place(e, [1])];
        const [dx, to] = [place(e, numbers(n, 1)), place(e, numbers(n, 2))];
        e.run(crossEntropy, 1, n, x, targets, kept, loss);
        e.run(crossEntropyGradient, 1, n, x, targets, kept, g, dx);
        e.run(softmax, 1, n, x, to);
        expect([e.read(to, n)[1], e.read(to, n)[4], e.read(dx, n)[1]]).toEqual([0, 0, 0]);
        const values = { kept: e.read(kept, 2), loss: e.read(loss, 1), dx: e.read(dx, n), to: e.read(to, n) };
        e.run(crossEntropy, 1, n, x, placeIndices(e, [1]), kept, loss);
        expect(e.read(loss, 1)[0]).toBe(Number.POSITIVE_INFINITY);
        return values;
      });
    });

    it("give NaN for a row with a NaN at any place, and for no other", () => {
      for (let at = 0; at < 6; at++) {
        compare(`NaN as class ${at}`, (e) => {
          const scores = [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1];
          scores[at] = Number.NaN;
          const [x, to] = [place(e, scores), place(e, numbers(12, 1))];
          const [kept, loss] = [place(e, numbers(4, 2)), place(e, numbers(2, 3))];
          e.run(crossEntropy, 2, 6, x, placeIndices(e, [(at + 1) % 6, 0]), kept, loss);
          e.run(softmax, 2, 6, x, to);
          const lost = Float32Array.from([...e.read(loss, 2), ...e.read(to, 12)], (y) => (Number.isNaN(y) ? 1 : 0));
          expect([...lost]).toEqual([1, 0, ...Array.from({ length: 12 }, (_, i) => (i < 6 ? 1 : 0))]);
          return { lost };
        });
      }
    });

    it("keep a small loss exact where the scores are large: 1e4 above the next class by 3", () => {
      compare("1e4", (e) => {
        const x = place(e, [10_000, 9_997, 9_990, 9_996, 9_990, 9_990, 9_990]);
        const [kept, loss] = [place(e, [0, 0]), place(e, [0])];
        e.run(crossEntropy, 1, 7, x, placeIndices(e, [0]), kept, loss);
        return { loss: e.read(loss, 1) };
      });
    });
  });

  describe("row normalisation", () => {
    it("gives rows of mean 0 and variance 1, and keeps 1/σ", () => {
      for (const n of SIZES) {
        compare(`${n} columns`, (e) => {
          const x = place(e, numbers(5 * (n + 3) + 4, 1));
          const r = place(e, numbers(5 + 4, 2));
          e.run(normalize, 5, n, x, n + 3, r, 1e-2);
          e.run(normalize, 0, n, x, n + 3, r, 1e-2);
          return { x: e.read(x, 5 * (n + 3) + 4), r: e.read(r, 9) };
        });
      }
    });

    it("divides by √ε where a row is constant", () => {
      compare("constant rows", (e) => {
        const x = place(e, new Float32Array(14).fill(3));
        const r = place(e, [0, 0]);
        e.run(normalize, 2, 7, x, 7, r, 1e-4);
        return { x: e.read(x, 14), r: e.read(r, 2) };
      });
    });

    it("has the gradient of the reference, elsewhere and over x̂ or dx̂", () => {
      for (const n of SIZES) {
        for (const where of ["elsewhere", "x̂", "dx̂"] as const) {
          compare(`${n} columns, ${where}`, (e) => {
            const x = place(e, numbers(5 * (n + 3) + 4, 1));
            const r = place(e, numbers(5, 2));
            const g = place(e, numbers(5 * (n + 2) + 4, 3));
            const dx = place(e, numbers(5 * (n + 1) + 4, 4));
            e.run(normalize, 5, n, x, n + 3, r, 1e-2);
            const [to, ld] = { elsewhere: [dx, n + 1], x̂: [x, n + 3], dx̂: [g, n + 2] }[where] as [number, number];
            e.run(normalizeGradient, 5, n, x, n + 3, r, g, n + 2, to, ld);
            return { to: e.read(to, 5 * ld + 4) };
          });
        }
      }
    });
  });
}
