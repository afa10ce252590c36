import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { sampleKeys } from "./sample-keys.ts";

const scores = [-1, 2, 0.5, -3, 1];

describe("sampleKeys", () => {
  it("turns each unit on as often as its sigmoid says, at any temperature", () => {
    const random = new Random(1, "keys");
    for (const temperature of [1, 0.5, 3]) {
      const counts = new Float64Array(scores.length);
      const draws = 20_000;
      for (let i = 0; i < draws; i++) {
        for (const unit of sampleKeys(scores, temperature, (k) => random.uniform(i * 5 + k))) counts[unit]! += 1;
      }
      scores.forEach((score, unit) => {
        expect(Math.abs(counts[unit]! / draws - 1 / (1 + Math.exp(-score / temperature)))).toBeLessThan(0.015);
      });
    }
  });

  it("takes at temperature 0 the units of one half or more", () => {
    expect(sampleKeys(scores, 0, () => 0.999)).toEqual([1, 2, 4]);
  });

  it("lets only the k likeliest, or the likeliest of mass p, be on", () => {
    expect(sampleKeys(scores, 1, () => 0, { topK: 2 })).toEqual([1, 4]);
    // probabilities 0.269, 0.881, 0.622, 0.047, 0.731: of 2.55 in all, two of them are 63 %
    expect(sampleKeys(scores, 1, () => 0, { topP: 0.6 })).toEqual([1, 4]);
    expect(sampleKeys(scores, 1, () => 0, { topP: 0.64 })).toEqual([1, 2, 4]);
    expect(sampleKeys(scores, 1, () => 0)).toEqual([0, 1, 2, 3, 4]);
  });
});
