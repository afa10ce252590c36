import { describe, expect, it } from "vitest";
import { NgramNeighbour } from "./ngram-neighbour.ts";

describe("NgramNeighbour", () => {
  const known = ["a cat", "a cat sat", "the dog sat", "cat a"].map((text) => text.split(" "));

  it("finds the sequence that shares most n-grams, relative to the lengths of both", () => {
    const neighbour = new NgramNeighbour(known);
    expect(neighbour.nearest(["a", "cat", "sat"])).toBe(1);
    expect(neighbour.nearest(["a", "cat"])).toBe(0);
    expect(neighbour.nearest(["dog"])).toBe(2);
  });

  it("heeds the order of tokens, and with n-grams of one token does not", () => {
    expect(new NgramNeighbour(known).nearest(["cat", "a"])).toBe(3);
    expect(new NgramNeighbour(known, 1).nearest(["cat", "a"])).toBe(0);
  });

  it("counts a repeated token as often as both have it", () => {
    const neighbour = new NgramNeighbour(
      [
        ["a", "b"],
        ["a", "a"],
        ["a", "a", "a"],
      ],
      1,
    );
    expect(neighbour.nearest(["a", "a"])).toBe(1);
  });

  it("takes the first where nothing is shared", () => {
    expect(new NgramNeighbour(known).nearest(["zebra"])).toBe(0);
  });
});
