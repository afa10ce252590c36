import { describe, expect, it } from "vitest";
import { keyFrequencies, lastStepSmoothed } from "./multi-hot-baselines.ts";

const train = [
  [[0], [0], [0, 1], []],
  [[1], [0]],
];

describe("keyFrequencies", () => {
  it("sums the cross-entropies of all units at each step, by hand", () => {
    // unit 0 is on in 4 of 6 steps, unit 1 in 2, unit 2 in none: (n + 1/2) / 7
    const p = [4.5 / 7, 2.5 / 7, 0.5 / 7];
    const off = p.map((each) => -Math.log(1 - each));
    const expected = (-Math.log(p[0]!) + off[1]! + off[2]! + (off[0]! + off[1]! + off[2]!)) / 2;
    expect(keyFrequencies(train, 3).nllPerStep([[[0], []]])).toBeCloseTo(expected, 12);
  });
});

describe("lastStepSmoothed", () => {
  it("counts each unit after on and after off, beginning with silence, by hand", () => {
    // unit 0 after on: on, on, off; after off: on (first), off (first), on. Unit 1 after on: off, off; after off: 2 of 4.
    const onAfterOn = (2 + 0.5) / (5 + 1);
    const onAfterOff = (4 + 0.5) / (7 + 1);
    const p = (n: number, of: number, pooled: number) => (n + pooled) / (of + 1);
    const first = -Math.log(p(2, 3, onAfterOff)) - Math.log(1 - p(2, 4, onAfterOff));
    const second = -Math.log(p(2, 3, onAfterOn)) - Math.log(p(2, 4, onAfterOff));
    expect(lastStepSmoothed(train, 2).nllPerStep([[[0], [0, 1]]])).toBeCloseTo((first + second) / 2, 12);
  });

  it("beats key frequencies where steps repeat, and is finite on units that training never saw", () => {
    const steps = Array.from({ length: 40 }, (_, t) => [Math.floor(t / 8)]);
    const repeated = lastStepSmoothed([steps], 6).nllPerStep([steps]);
    expect(repeated).toBeLessThan(0.6 * keyFrequencies([steps], 6).nllPerStep([steps]));
    expect(Number.isFinite(lastStepSmoothed([steps], 6).nllPerStep([[[5], []]]))).toBe(true);
  });
});
