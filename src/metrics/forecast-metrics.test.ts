import { describe, expect, it } from "vitest";
import { intervalCoverage, meanAbsoluteError, rootMeanSquareError, seasonalError, seasonalNaiveStep } from "./index.ts";

describe("metrics of forecasts", () => {
  it("the mean absolute error and the root mean square error are those worked out by hand", () => {
    expect(meanAbsoluteError([1, 5, -2], [2, 2, -2])).toBe(4 / 3);
    expect(rootMeanSquareError([1, 5, -2], [2, 2, -2])).toBe(Math.sqrt(10 / 3));
  });

  it("one-step seasonal-naive forecasts of the training part have a MASE of 1", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    for (const season of [1, 2, 3]) {
      const known = values.slice(season);
      const naive = known.map((_, i) => values[seasonalNaiveStep(i + season - 1, 1, season)]!);
      expect(meanAbsoluteError(naive, known) / seasonalError(values, season)).toBe(1);
    }
  });

  it("the seasonal-naive forecast repeats the last season, as often as it takes", () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((h) => seasonalNaiveStep(9, h, 3))).toEqual([7, 8, 9, 7, 8, 9, 7]);
    expect([1, 2, 3].map((h) => seasonalNaiveStep(9, h, 1))).toEqual([9, 9, 9]);
  });

  it("a series that is too short for its season, or repeats it exactly, has no scale", () => {
    expect(() => seasonalError([1, 2, 3], 3)).toThrow("a training series longer than the season of 3 steps");
    expect(() => seasonalError([1, 2, 1, 2], 2)).toThrow("got 4 steps that repeat");
  });

  it("coverage counts the values between their bounds, on them too", () => {
    expect(intervalCoverage([0, 0, 0, 0], [1, 1, 1, 1], [-0.1, 0, 1, 1.1])).toBe(0.5);
  });

  it("unequal counts are a fault that is named", () => {
    expect(() => meanAbsoluteError([1], [1, 2])).toThrow("meanAbsoluteError: expected 2 forecasts, one for each value");
    expect(() => rootMeanSquareError([], [])).toThrow("rootMeanSquareError: expected one value or more");
  });
});
