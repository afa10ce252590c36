import { describe, expect, it } from "vitest";
import { LineBatches } from "./line-batches.ts";

const END = 9;
const LENGTHS = [3, 1, 5, 2, 2, 7, 1, 4, 3, 2, 6];
/** Sequence i holds 10 i, 10 i + 1, ... and <EOS>. */
const SEQUENCES = LENGTHS.map((length, i) =>
  Int32Array.from({ length }, (_, t) => (t + 1 === length ? END : 10 * (i + 1) + t)),
);
const options = { batchSize: 4, seed: 1, endId: END };

describe("LineBatches", () => {
  it("gives every sequence once an epoch, its inputs shifted by one behind <EOS>", () => {
    const batches = new LineBatches(SEQUENCES, options);
    expect(batches.batchesPerEpoch).toBe(3);
    for (const epoch of [0, 1]) {
      const seen: number[] = [];
      for (let k = 0; k < 3; k++) {
        const batch = batches.batch(epoch * 3 + k);
        expect(batch.epoch).toBe(epoch);
        batch.indices.forEach((index, b) => {
          seen.push(index);
          const sequence = SEQUENCES[index]!;
          const rank = batch.packing.order.indexOf(b);
          const rows = Array.from(sequence, (_, t) => batch.packing.rowOf(t, rank));
          expect(rows.map((row) => batch.targets[row])).toEqual(Array.from(sequence));
          expect(rows.map((row) => batch.inputs[row])).toEqual([END, ...sequence.subarray(0, -1)]);
        });
        expect(batch.targets).toHaveLength(batch.packing.rows);
      }
      expect(seen.sort((a, b) => a - b)).toEqual(LENGTHS.map((_, i) => i));
    }
  });

  it("puts rows time-major, longest first, without padding", () => {
    const batches = new LineBatches([Int32Array.of(5, END), Int32Array.of(6, 7, END)], options);
    const { inputs, targets, packing } = batches.batch(0);
    expect(Array.from(packing.active)).toEqual([2, 2, 1]);
    expect(Array.from(inputs)).toEqual([END, END, 6, 5, 7]);
    expect(Array.from(targets)).toEqual([6, 5, 7, END, END]);
  });

  it("gives batch k whatever was read before, another order in each epoch and for each seed", () => {
    const one = new LineBatches(SEQUENCES, options);
    const later = one.batch(7);
    one.batch(0);
    expect(new LineBatches(SEQUENCES, options).batch(7)).toEqual(later);
    const order = (batches: LineBatches, from: number) =>
      [0, 1, 2].map((k) => Array.from(batches.batch(from + k).indices).join()).join(" | ");
    expect(order(one, 0)).not.toBe(order(one, 3));
    expect(order(one, 0)).not.toBe(order(new LineBatches(SEQUENCES, { ...options, seed: 2 }), 0));
  });

  it("refuses no sequences, an empty one, sizes and places out of range", () => {
    expect(() => new LineBatches([], options)).toThrow(/one sequence or more, none of them empty, got none/);
    expect(() => new LineBatches([new Int32Array(1), new Int32Array(0)], options)).toThrow(/an empty one at index 1/);
    expect(() => new LineBatches(SEQUENCES, { ...options, endId: -1 })).toThrow(/the id of <EOS>, got -1/);
    expect(() => new LineBatches(SEQUENCES, { ...options, batchSize: 0 })).toThrow(/batchSize: expected an integer/);
    for (const k of [-1, 0.5]) expect(() => new LineBatches(SEQUENCES, options).batch(k)).toThrow(/at least 0/);
  });
});
