import { describe, expect, it } from "vitest";
import { SlidingWindow } from "./sliding-window.ts";

describe("SlidingWindow", () => {
  it("gives each window once, and keeps less than a window and a hop however much has come", () => {
    for (const [width, hop] of [
      [5, 2],
      [2, 5],
    ] as const) {
      const window = new SlidingWindow(width, hop);
      const starts: number[] = [];
      for (let at = 0; at < 1000; at += 3) {
        const span = window.push(Float32Array.of(at, at + 1, at + 2));
        for (let i = 0; i + width <= span.length; i += hop) starts.push(span[i]!);
        expect(window.toJSON().kept.length).toBeLessThan(width + hop);
      }
      expect(starts).toEqual(Array.from({ length: starts.length }, (_, i) => i * hop));
      expect(starts.length).toBeGreaterThanOrEqual(Math.floor((1000 - width) / hop));
    }
  });

  it.each([
    [{ kept: [1, 2, 3, 4, 5, 6, 7], skip: 0, any: true }, "kept: expected at most 6 numbers"],
    [{ kept: ["1"], skip: 0, any: true }, "kept: expected at most 6 numbers"],
    [{ kept: [], skip: -1, any: true }, "skip: expected an integer from 0"],
    [{ kept: [], skip: 0 }, "any: expected true or false"],
  ])("refuses %j as where a window of 5 and a hop of 2 stood", (json, fault) => {
    expect(() => new SlidingWindow(5, 2, json as never)).toThrow(`session, window, ${fault}`);
  });
});
