import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Packing } from "./packing.ts";

const SEED = { seed: 1, numRuns: 300 };
const batches = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });

/** The layout by definition: for each step, the sequences still running, longest first, ties in the caller's order. */
function naiveRows(lengths: readonly number[]): { t: number; b: number; rank: number }[] {
  const order = lengths.map((length, b) => ({ length, b }));
  order.sort((x, y) => y.length - x.length || x.b - y.b);
  const rows: { t: number; b: number; rank: number }[] = [];
  for (let t = 0; t < Math.max(0, ...lengths); t++) {
    order.forEach(({ length, b }, rank) => {
      if (t < length) rows.push({ t, b, rank });
    });
  }
  return rows;
}

const check = (property: (lengths: number[], packing: Packing) => void): void => {
  fc.assert(
    fc.property(batches, (lengths) => property(lengths, new Packing(lengths))),
    SEED,
  );
};

describe("Packing", () => {
  it("visits every row once with its sequence, step and rank, a sequence behind the other", () => {
    check((lengths, packing) => {
      const visited: { row: number; t: number; b: number; rank: number }[] = [];
      packing.forEachRow((row, b, t, rank) => visited.push({ row, t, b, rank }));
      const expected = naiveRows(lengths).map((place, row) => ({ row, ...place }));
      expect(visited).toEqual(expected.sort((x, y) => x.rank - y.rank || x.t - y.t));
    });
  });

  it("lays out three sequences longest first, without padding", () => {
    const packing = new Packing([2, 0, 3, 2]);
    expect(packing).toMatchObject({ batchSize: 4, steps: 3, rows: 7, uniform: false });
    expect(Array.from(packing.order)).toEqual([2, 0, 3, 1]);
    expect(Array.from(packing.active)).toEqual([3, 3, 1]);
    expect(Array.from(packing.offsets)).toEqual([0, 3, 6, 7]);
    expect(Array.from(packing.reversal)).toEqual([6, 4, 5, 3, 1, 2, 0]);
    expect(Array.from(packing.previous)).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(Array.from(packing.lastRows())).toEqual([8, 3, 10, 9]);
    expect(Array.from(packing.batchFirstIndices())).toEqual([6, 0, 9, 7, 1, 10, 8]);
  });

  it("has as many rows as the lengths add up to, step by step and in all", () => {
    check((lengths, packing) => {
      expect(packing.rows).toBe(lengths.reduce((sum, length) => sum + length, 0));
      expect(packing.steps).toBe(Math.max(0, ...lengths));
      for (let t = 0; t < packing.steps; t++) {
        expect(packing.active[t]).toBe(lengths.filter((length) => length > t).length);
        expect(packing.offsets[t + 1]! - packing.offsets[t]!).toBe(packing.active[t]);
      }
      expect(Array.from(packing.lengths)).toEqual(lengths);
    });
  });

  it("keeps the active sequences of a step a prefix of those of the step before", () => {
    check((_, packing) => {
      for (let t = 1; t < packing.steps; t++) expect(packing.active[t]).toBeLessThanOrEqual(packing.active[t - 1]!);
    });
  });

  it("stands each row where the definition puts it", () => {
    check((lengths, packing) => {
      const rows = naiveRows(lengths);
      rows.forEach(({ t, rank }, row) => {
        expect(packing.rowOf(t, rank)).toBe(row);
      });
      expect(Array.from(packing.batchFirstIndices())).toEqual(rows.map(({ t, b }) => b * packing.steps + t));
    });
  });

  it("gives each row a place of its own in the padded batch, and never one of the padding", () => {
    check((lengths, packing) => {
      const places = packing.batchFirstIndices();
      expect(new Set(places).size).toBe(packing.rows);
      for (const place of places) {
        const b = Math.floor(place / packing.steps);
        expect(place % packing.steps).toBeLessThan(lengths[b]!);
      }
    });
  });

  it("lays the sequences end to end in the caller's order", () => {
    check((lengths, packing) => {
      const rows = naiveRows(lengths);
      const wanted = lengths.flatMap((length, b) =>
        Array.from({ length }, (_, t) => rows.findIndex((row) => row.b === b && row.t === t)),
      );
      expect(Array.from(packing.sequenceRows())).toEqual(wanted);
    });
  });

  it("reverses each sequence within itself, and reversing twice changes nothing", () => {
    check((lengths, packing) => {
      const rows = naiveRows(lengths);
      const { reversal } = packing;
      reversal.forEach((other, row) => {
        expect(reversal[other]).toBe(row);
        expect(rows[other]!.b).toBe(rows[row]!.b);
        expect(rows[other]!.t).toBe(lengths[rows[row]!.b]! - 1 - rows[row]!.t);
      });
      expect(packing.reversal).toBe(reversal);
    });
  });

  it("finds each row's previous state, and each sequence's last one, behind the B initial states", () => {
    check((lengths, packing) => {
      const B = lengths.length;
      const rows = naiveRows(lengths);
      // the naive model: walk over the rows and remember where each sequence's state stands
      const state = lengths.map((_, b) => packing.order.indexOf(b));
      rows.forEach(({ b }, row) => {
        expect(packing.previous[row]).toBe(state[b]);
        state[b] = B + row;
      });
      expect(Array.from(packing.lastRows())).toEqual(state);
    });
  });

  it("is uniform where all lengths are equal, and is then simply [T][B]", () => {
    const packing = Packing.uniform(3, 4);
    expect(packing.uniform).toBe(true);
    expect(Array.from(packing.order)).toEqual([0, 1, 2]);
    expect(Array.from(packing.offsets)).toEqual([0, 3, 6, 9, 12]);
    expect(new Packing([3, 3, 2]).uniform).toBe(false);
    expect(new Packing([1, 1]).uniform).toBe(true);
  });

  it("allows no sequence, and sequences of no steps", () => {
    for (const lengths of [[], [0], [0, 0, 0]]) {
      const packing = new Packing(lengths);
      expect(packing).toMatchObject({ batchSize: lengths.length, steps: 0, rows: 0 });
      expect(packing.reversal).toHaveLength(0);
      expect(Array.from(packing.lastRows())).toEqual(lengths.map((_, b) => b));
    }
  });

  it("does not change when the caller changes the lengths afterwards", () => {
    const lengths = Int32Array.of(1, 2);
    const packing = new Packing(lengths);
    lengths[0] = 7;
    expect(Array.from(packing.lengths)).toEqual([1, 2]);
  });

  it("refuses a length that is no integer of 0 or more, and says which", () => {
    expect(() => new Packing([3, -1])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: lengths[1]: expected an integer of 0 or more, got -1.]`,
    );
    for (const length of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => new Packing([length])).toThrow();
  });
});
