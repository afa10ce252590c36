import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { labelSetScores } from "./label-sets.ts";

describe("ConfusionMatrix", () => {
  // scikit-learn 1.2: f1_score([0,1,2,0,1,2],[0,2,1,0,0,1],average="macro") is 0.26666…, its documentation's example
  it("gives scikit-learn's accuracy, macro F1 and counts, targets in rows", () => {
    const matrix = new ConfusionMatrix([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2], 3);
    expect(matrix.counts).toEqual([
      [2, 0, 0],
      [1, 0, 1],
      [0, 2, 0],
    ]);
    expect(matrix.accuracy).toBeCloseTo(2 / 6, 12);
    expect(matrix.macroF1).toBeCloseTo(0.8 / 3, 12);
    expect(matrix.classes[0]).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8, support: 2 });
  });

  it("leaves a class out of the macro F1 that neither occurs nor is predicted", () => {
    expect(new ConfusionMatrix([0, 1], [0, 1], 3).macroF1).toBe(1);
    expect(new ConfusionMatrix([0, 2], [0, 1], 4).macroF1).toBeCloseTo(1 / 3, 12);
  });

  it("refuses what is no class, and lists of unequal lengths", () => {
    expect(() => new ConfusionMatrix([0, 2], [0, 1], 2)).toThrow(
      "ConfusionMatrix, example 1: expected classes from 0 to 1, got 1 taken for 2.",
    );
    expect(() => new ConfusionMatrix([0], [0, 1], 2)).toThrow("ConfusionMatrix: expected 2 predictions, got 1.");
  });
});

describe("labelSetScores", () => {
  it("counts a set as right only label for label, and F1 by label and over all", () => {
    const predictions = [1, 0, 1, /**/ 0, 1, 1, /**/ 0, 0, 0];
    const targets = [1, 0, 0, /**/ 0, 1, 1, /**/ 1, 0, 0];
    const { accuracy, macroF1, microF1 } = labelSetScores(predictions, targets, 3);
    expect(accuracy).toBeCloseTo(1 / 3, 12);
    expect(macroF1).toBeCloseTo((2 / 3 + 1 + 2 / 3) / 3, 12);
    expect(microF1).toBeCloseTo(6 / 8, 12);
  });

  it("refuses lists of unequal lengths", () => {
    expect(() => labelSetScores([1], [1, 0], 2)).toThrow("labelSetScores: expected 2 predictions");
  });
});
