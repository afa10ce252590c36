import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { cellBatch, chosenRows } from "../../test/support/cell-batch.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { runCell } from "../../test/support/run-cell.ts";
import { rnn } from "../cells/rnn.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { mul } from "../expression/expression.ts";
import { defineCell } from "./define-cell.ts";
import { type DropoutDraw, drawMask } from "./dropout-mask.ts";

const draw: DropoutDraw = { random: new Random(1, "dropout"), step: 0, layer: 0 };

describe("drawMask", () => {
  it("holds 0 in a share of the rate and 1 / (1 - rate) elsewhere, so that its mean is near 1", () => {
    for (const rate of [0.1, 0.25, 0.5, 0.9]) {
      const mask = drawMask(Packing.uniform(100, 1), 100, rate, 0, draw);
      const zeros = mask.filter((value) => value === 0).length / mask.length;
      expect(Math.abs(zeros - rate)).toBeLessThan(0.015);
      expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    }
  });

  it("differs by row, unit, seed, step, layer and mask", () => {
    const packing = Packing.uniform(2, 1);
    const mask = (d: DropoutDraw, index = 0): string => [...drawMask(packing, 40, 0.5, index, d)].join();
    const first = mask(draw);
    expect(mask(draw)).toBe(first);
    expect(mask({ ...draw, random: new Random(2, "dropout") })).not.toBe(first);
    expect(mask({ ...draw, step: 1 })).not.toBe(first);
    expect(mask({ ...draw, layer: 1 })).not.toBe(first);
    expect(mask(draw, 1)).not.toBe(first);
    const values = drawMask(packing, 40, 0.5, 0, draw);
    expect([...values.subarray(0, 40)]).not.toEqual([...values.subarray(40)]);
    for (let period = 1; period <= 8; period++) {
      expect([...values.subarray(0, 32)]).not.toEqual([...values.subarray(period, period + 32)]);
    }
  });

  it("gives a row its mask whatever the lengths, the order they sort to and the batch around it", () => {
    const lengths = [2, 5, 0, 3];
    const packing = new Packing(lengths);
    const sorted = drawMask(packing, 7, 0.5, 0, draw);
    const full = drawMask(Packing.uniform(6, 5), 7, 0.5, 0, draw);
    packing.order.forEach((b, rank) => {
      expectSameBits(sorted.subarray(rank * 7, rank * 7 + 7), full.subarray(b * 7, b * 7 + 7), `row ${b}`);
    });
  });

  it("drops nothing without a draw", () => {
    expect([...drawMask(Packing.uniform(3, 2), 5, 0.5, 0, undefined)]).toEqual(new Array(15).fill(1));
  });
});

describe.each(ENGINES)("dropout in a cell, %s", (_, engine) => {
  /** a⟨t⟩ = m ⊙ a⟨t-1⟩: the output shows the mask. */
  const shown = defineCell({
    name: "shown",
    states: ["a"],
    step: ({ a }, { dropout }) => ({ a: mul(dropout("a", a, 0.5), 0.5) }),
  });

  it("applies one mask at every step", () => {
    const lengths = [3, 4, 1];
    const run = cellBatch(shown, { nx: 1, na: 9, lengths, seed: 1 });
    const ones = { a: new Float64Array(27).fill(1) };
    const { output } = runCell(engine, { ...run, initial: ones, dropout: draw, backward: false });
    const masks = drawMask(Packing.uniform(3, 4), 9, 0.5, 0, draw);
    lengths.forEach((length, b) => {
      const expected = Array.from({ length: length * 9 }, (_, i) => masks[b * 9 + (i % 9)]! / 2);
      expectSameBits(output.subarray(b * 36, b * 36 + length * 9), expected, `row ${b}`);
    });
    expect(new Set(masks).size).toBe(2);
  });

  it("drops nothing in evaluation, where the cell gives the bits of one without dropout", () => {
    const dropping = rnn({ recurrentDropout: 0.5 });
    const run = cellBatch(dropping, { nx: 3, na: 5, lengths: [3, 2], seed: 1 });
    const plain = runCell(engine, { ...run, cell: rnn() });
    const evaluated = runCell(engine, run);
    const trained = runCell(engine, { ...run, dropout: draw });
    expectSameBits(evaluated.output, plain.output, "output");
    expect(trained.output).not.toEqual(plain.output);
    expect(chosenRows(trained.last, [0], 2)).not.toEqual(chosenRows(trained.last, [1], 2));
  });
});
