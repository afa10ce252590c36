import { describe, expect, it } from "vitest";
import { bestOutsideBias, withOutsideBias } from "./outside-bias.ts";

describe("bestOutsideBias", () => {
  it("finds the best bias on a grid of a quarter nat from -4 to 4", () => {
    for (const peak of [-4, -1.25, 0, 0.5, 4]) expect(bestOutsideBias((bias) => -Math.abs(bias - peak))).toBe(peak);
    expect(bestOutsideBias((bias) => bias)).toBe(4);
  });

  it("takes the one nearest to 0 of equals, and 0 where none matters", () => {
    expect(bestOutsideBias((bias) => (Math.abs(bias) >= 1 ? 1 : 0))).toBe(-1);
    expect(bestOutsideBias(() => 0)).toBe(0);
  });
});

describe("withOutsideBias", () => {
  it("changes the scores of O in every step and no other", () => {
    const z = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...withOutsideBias(z, ["B-A", "I-A", "O"], -0.5)]).toEqual([1, 2, 2.5, 4, 5, 5.5]);
    expect([...z]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
