import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import type { SampleChoice } from "./draw-index.ts";
import { sampleIndex } from "./sample-index.ts";

const DRAWS = 20_000;

/** How often each index is drawn. */
function frequencies(scores: number[], temperature: number, choice?: SampleChoice): number[] {
  const random = new Random(7, "sample");
  const counts = new Array<number>(scores.length).fill(0);
  for (let i = 0; i < DRAWS; i++) counts[sampleIndex(scores, temperature, random.uniform(i), choice)]! += 1;
  return counts.map((count) => count / DRAWS);
}

/** Soft-max over the indices kept, the rest 0. */
function expected(scores: number[], temperature: number, kept: readonly number[]): number[] {
  const weights = scores.map((score, i) => (kept.includes(i) ? Math.exp(score / temperature) : 0));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

function expectNear(found: number[], wanted: number[]): void {
  // four standard deviations of a frequency at 20,000 draws
  found.forEach((frequency, i) => {
    const p = wanted[i]!;
    if (p === 0) expect(frequency).toBe(0);
    else expect(Math.abs(frequency - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / DRAWS));
  });
}

/** The probabilities 0.1, 0.4, 0.15, 0.3, 0.05. */
const SCORES = [0.1, 0.4, 0.15, 0.3, 0.05].map(Math.log);
const ALL = [0, 1, 2, 3, 4];

describe("sampleIndex", () => {
  it("draws by the soft-max of the scores, sharper at a low temperature and flatter at a high one", () => {
    for (const temperature of [0.5, 1, 2]) {
      expectNear(frequencies(SCORES, temperature), expected(SCORES, temperature, ALL));
    }
  });

  it("draws by top-k among the k largest, their probabilities summing to 1 again", () => {
    expectNear(frequencies(SCORES, 1, { topK: 2 }), [0, 4 / 7, 0, 3 / 7, 0]);
    expectNear(frequencies(SCORES, 2, { topK: 3 }), expected(SCORES, 2, [1, 2, 3]));
    expectNear(frequencies(SCORES, 1, { topK: 9 }), expected(SCORES, 1, ALL));
  });

  it("draws by top-p among the fewest classes whose mass reaches p", () => {
    expectNear(frequencies(SCORES, 1, { topP: 0.39 }), [0, 1, 0, 0, 0]);
    expectNear(frequencies(SCORES, 1, { topP: 0.41 }), [0, 4 / 7, 0, 3 / 7, 0]);
    expectNear(frequencies(SCORES, 1, { topP: 0.84 }), expected(SCORES, 1, [1, 2, 3]));
    expectNear(frequencies(SCORES, 1, { topP: 0.86 }), expected(SCORES, 1, [0, 1, 2, 3]));
    expectNear(frequencies(SCORES, 1, { topP: 1 }), expected(SCORES, 1, ALL));
  });

  it("measures the mass of top-p after temperature, and after top-k", () => {
    // At temperature 0.5 the likeliest alone has 0.16 / 0.285 = 0.561.
    expectNear(frequencies(SCORES, 0.5, { topP: 0.55 }), [0, 1, 0, 0, 0]);
    // Of the two that top-k leaves the first has 4/7 = 0.571, of all only 0.4.
    expectNear(frequencies(SCORES, 1, { topK: 2, topP: 0.56 }), [0, 1, 0, 0, 0]);
    expectNear(frequencies(SCORES, 1, { topK: 2, topP: 0.58 }), [0, 4 / 7, 0, 3 / 7, 0]);
  });

  it("takes the smallest indices of equal scores, and reaches p where the mass is exactly p", () => {
    expectNear(frequencies([0, 1, 1, 1], 1, { topK: 2 }), [0, 0.5, 0.5, 0]);
    expectNear(frequencies([2, 2, 2, 2], 1, { topP: 0.5 }), [0.5, 0.5, 0, 0]);
    expectNear(frequencies([2, 2, 2, 2], 1, { topP: 0.51 }), [1 / 3, 1 / 3, 1 / 3, 0]);
  });

  it("takes the largest score, the first of equals, by k = 1, p near 0 or temperature 0", () => {
    const score = fc.oneof(fc.double({ min: -30, max: 30, noNaN: true }), fc.constantFrom(0, 1, 1 + 2 ** -52));
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 20 }), fc.nat(999), (scores, u) => {
        const largest = scores.indexOf(Math.max(...scores));
        for (const temperature of [0.01, 1, 1e5]) {
          expect(sampleIndex(scores, temperature, u / 1000, { topK: 1 })).toBe(largest);
          expect(sampleIndex(scores, temperature, u / 1000, { topP: 1e-300 })).toBe(largest);
        }
        expect(sampleIndex(scores, 0, u / 1000, { topK: 5, topP: 0.9 })).toBe(largest);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("draws only what a plain sort keeps, whatever the scores", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 99 }),
        (scores, topK, percent) => {
          const topP = percent / 100;
          const order = scores
            .map((_, i) => i)
            .sort((a, b) => scores[b]! - scores[a]! || a - b)
            .slice(0, topK);
          const weights = order.map((i) => Math.exp(scores[i]!));
          const total = weights.reduce((a, b) => a + b, 0);
          let mass = 0;
          let count = 0;
          while (mass < topP - 1e-9) mass += weights[count++]! / total;
          const drawn = new Set<number>();
          for (let u = 0; u < 500; u++) drawn.add(sampleIndex(scores, 1, u / 500, { topK, topP }));
          const kept = new Set(order.slice(0, count));
          expect([...drawn].filter((i) => !kept.has(i))).toEqual([]);
          expect(drawn.has(order[0]!)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("never draws what has no probability", () => {
    const scores = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 1];
    for (const choice of [{}, { topK: 3 }, { topP: 0.99 }]) {
      for (const u of [0, 0.5, 1 - 2 ** -53]) expect([1, 3]).toContain(sampleIndex(scores, 1, u, choice));
    }
  });

  it("refuses options out of range", () => {
    expect(() => sampleIndex([1], 1, 0, { topK: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: sampleIndex, option topK: expected an integer of at least 1, got 0.]`,
    );
    expect(() => sampleIndex([1], 1, 0, { topK: 1.5 })).toThrow(/option topK/);
    expect(() => sampleIndex([1], 1, 0, { topk: 1 } as object)).toThrow('got "topk"');
    for (const topP of [0, 1.1, Number.NaN]) expect(() => sampleIndex([1], 1, 0, { topP })).toThrow(/option topP/);
  });
});

it.each([
  [-1, 0.5, "sampleIndex, option temperature: expected a number from 0 to below 1e6, got -1."],
  [Number.NaN, 0.5, "sampleIndex, option temperature: expected a number from 0 to below 1e6, got NaN."],
  [1, undefined, "sampleIndex, uniform: expected a rate from 0 to below 1, got undefined."],
])("sampleIndex refuses a temperature of %d with a draw of %d", (temperature, uniform, message) => {
  expect(() => sampleIndex([1, 2], temperature, uniform as number)).toThrow(message);
});
