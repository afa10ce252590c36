import { describe, expect, it } from "vitest";
import { transpose } from "./transpose.ts";

describe("transpose", () => {
  it("writes rows as columns, times a factor, for more columns than are taken together and a rest of them", () => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 16],
      [5, 37],
      [40, 2],
    ] as const) {
      const from = Float32Array.from({ length: rows * columns }, (_, i) => i - 7);
      const to = transpose(from, rows, columns, new Float64Array(rows * columns), -2);
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) expect(to[c * rows + r]).toBe(-2 * (r * columns + c - 7));
      }
    }
  });
});
