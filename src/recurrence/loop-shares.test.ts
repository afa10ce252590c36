import { describe, expect, it } from "vitest";
import { Packing } from "../core/packing.ts";
import { mostShares, sharesOf } from "./loop-shares.ts";

const LENGTHS = {
  equal: new Array<number>(64).fill(20),
  "one in four long": Array.from({ length: 64 }, (_, i) => (i % 4 === 3 ? 100 : 10)),
  "each its own": Array.from({ length: 61 }, (_, i) => 1 + ((i * 17) % 61)),
};

describe.each(Object.entries(LENGTHS))("shares of a time loop, lengths %s", (_, lengths) => {
  const packing = new Packing(lengths);
  const stepsOf = (from: number, to: number): number =>
    [...packing.order.slice(from, to)].reduce((sum, b) => sum + lengths[b]!, 0);

  it("have every sequence once, and begin at whole tiles of 4 rows", () => {
    for (const shares of [1, 2, 3, 4]) {
      const first = sharesOf(packing, shares);
      expect(first).toHaveLength(shares + 1);
      expect([first[0], first.at(-1)]).toEqual([0, lengths.length]);
      for (let i = 0; i < shares; i++) {
        expect(first[i + 1]).toBeGreaterThan(first[i]!);
        expect(first[i]! % 4).toBe(0);
      }
    }
  });

  it("differ from an equal part of the steps by no more than two tiles of the longest sequences", () => {
    for (const shares of [2, 3, 4]) {
      const first = sharesOf(packing, shares);
      for (let i = 0; i < shares; i++) {
        const apart = Math.abs(stepsOf(first[i]!, first[i + 1]!) - packing.rows / shares);
        expect(apart, `share ${i} of ${shares}`).toBeLessThanOrEqual(8 * packing.steps);
      }
    }
  });
});

describe("shares of a time loop", () => {
  it("are at most as many as there are whole tiles of 4 sequences", () => {
    expect([3, 4, 7, 8, 37].map((sequences) => mostShares(Packing.uniform(sequences, 5)))).toEqual([0, 1, 1, 2, 9]);
  });

  it("are empty at the end where there are fewer tiles than shares", () => {
    expect(sharesOf(Packing.uniform(5, 3), 4)).toEqual([0, 4, 5, 5, 5]);
  });
});
