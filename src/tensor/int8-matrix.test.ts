import { describe, expect, it } from "vitest";
import { numbers } from "../../test/conformance/numbers.ts";
import { Int8Matrix } from "./int8-matrix.ts";

describe("Int8Matrix", () => {
  it("is off by at most half of the largest number of the row, or column, over 127", () => {
    const values = numbers(15 * 40, 1).map((x, i) => x * (1 + (i % 7)) ** 3);
    for (const by of ["rows", "columns"] as const) {
      const back = Int8Matrix.round(values, 15, 40, by).toFloats();
      const group = (i: number): number => (by === "rows" ? Math.floor(i / 40) : i % 40);
      const largest = (g: number): number => Math.max(...values.filter((_, i) => group(i) === g).map(Math.abs));
      back.forEach((x, i) => {
        expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual((largest(group(i)) / 254) * 1.0001);
      });
    }
  });

  it("uses all levels: the largest number of each row becomes 127 or -127", () => {
    const { values } = Int8Matrix.round(numbers(15 * 40, 2), 15, 40, "rows");
    for (let row = 0; row < 15; row++) {
      expect(Math.max(...values.subarray(row * 40, (row + 1) * 40).map(Math.abs))).toBe(127);
    }
  });

  it("gives the same again of what toFloats gives, whatever the size of the numbers", () => {
    for (const size of [1e-28, 1e-10, 0.3, 1, 7, 1e20]) {
      for (const by of ["rows", "columns"] as const) {
        const once = Int8Matrix.round(
          numbers(300, 3).map((x) => x * size),
          20,
          15,
          by,
        );
        expect(Int8Matrix.round(once.toFloats(), 20, 15, by)).toEqual(once);
      }
    }
  });

  it("keeps a row of zeros, and takes one of tiny numbers for zeros", () => {
    const { values, scales } = Int8Matrix.round([0, 0, 1e-35, -1e-40, 1, -0.5], 3, 2, "rows");
    expect(Array.from(values)).toEqual([0, 0, 0, 0, 127, -63]);
    expect(Array.from(scales.subarray(0, 2))).toEqual([0, 0]);
  });
});
