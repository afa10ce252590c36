import { describe, expect, it } from "vitest";
import { dynamicTimeWarping } from "./dynamic-time-warping.ts";

describe("dynamicTimeWarping", () => {
  const a = new Float32Array([0, 0, 1, 2, 3, 1]);

  it("is 0 for the same frames, however long each is held", () => {
    expect(dynamicTimeWarping(a, a, 2)).toBe(0);
    expect(dynamicTimeWarping(a, new Float32Array([0, 0, 0, 0, 1, 2, 1, 2, 1, 2, 3, 1]), 2)).toBe(0);
  });

  it("adds Euclidean distances along the best path, over both lengths", () => {
    expect(dynamicTimeWarping(new Float32Array([0, 0]), new Float32Array([3, 4, 3, 4]), 2)).toBe(10 / 3);
    expect(dynamicTimeWarping(new Float32Array([1, 5, 2]), new Float32Array([1, 2]), 1)).toBe(3 / 5);
  });

  it("stops beyond the limit and below it gives the same", () => {
    const b = new Float32Array([5, 5, 5, 5]);
    const exact = dynamicTimeWarping(a, b, 2);
    expect(dynamicTimeWarping(a, b, 2, exact)).toBe(exact);
    expect(dynamicTimeWarping(a, b, 2, exact / 4)).toBe(Number.POSITIVE_INFINITY);
    expect(dynamicTimeWarping(a, new Float32Array(0), 2)).toBe(Number.POSITIVE_INFINITY);
  });
});
