import { describe, expect, it } from "vitest";
import { Scaler } from "./scaler.ts";

const values = [1, 10, 3, 30, 8, 20];

describe("Scaler", () => {
  it("brings each column to mean 0 and deviation 1, and back to the same numbers", () => {
    const scaler = Scaler.fit(values, 2, "standard");
    const first = [1, 3, 8].map((x) => scaler.scaled(0, x));
    expect(first[0]! + first[1]! + first[2]!).toBeCloseTo(0, 12);
    expect((first[0]! ** 2 + first[1]! ** 2 + first[2]! ** 2) / 3).toBeCloseTo(1, 12);
    expect(scaler.restored(1, scaler.scaled(1, 30))).toBeCloseTo(30, 12);
  });

  it("brings each column to 0 to 1, or leaves it alone", () => {
    const scaler = Scaler.fit(values, 2, "min-max");
    expect([scaler.scaled(0, 1), scaler.scaled(0, 8), scaler.scaled(1, 20)]).toEqual([0, 1, 0.5]);
    expect(Scaler.fit(values, 2, "none").scaled(1, 30)).toBe(30);
  });

  it("keeps the size of a column that never changes", () => {
    expect(Scaler.fit([5, 5, 5], 1, "standard").scaled(0, 7)).toBe(2);
    expect(Scaler.fit([5, 5, 5], 1, "min-max").scaled(0, 7)).toBe(2);
  });

  it("is read again from JSON, and a scale of 0 or of other columns is a fault that is named", () => {
    const scaler = Scaler.fit(values, 2, "standard");
    expect(Scaler.fromJSON(JSON.parse(JSON.stringify(scaler)), 2, "encoder.json")).toEqual(scaler);
    for (const json of [{ offset: [1, 2], scale: [1, 0] }, { offset: [1], scale: [1] }, undefined]) {
      expect(() => Scaler.fromJSON(json, 2, "encoder.json")).toThrow(
        "encoder.json: expected an offset and a scale above 0 for each of 2 columns",
      );
    }
  });
});
