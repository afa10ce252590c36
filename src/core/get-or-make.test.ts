import { expect, test } from "vitest";
import { getOrMake } from "./get-or-make.ts";

test("a value is made when its key is first asked for, and found from then on", () => {
  const lengths = new Map<string, number[]>();
  const made: string[] = [];
  const lengthOf = (word: string): number[] =>
    getOrMake(lengths, word, () => {
      made.push(word);
      return [word.length];
    });
  expect(lengthOf("gate")).toEqual([4]);
  expect(lengthOf("gate")).toBe(lengthOf("gate"));
  expect(lengthOf("cell")).toEqual([4]);
  expect(made).toEqual(["gate", "cell"]);
});

test("0 is a value as any other", () => {
  const places = new Map([["a", 0]]);
  expect(getOrMake(places, "a", () => 1)).toBe(0);
});
