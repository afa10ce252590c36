import { expect, it } from "vitest";
import { splitSequences } from "./split-sequences.ts";

const NAMES = Array.from({ length: 100 }, (_, i) => i);

it("shares sequences out by chance, each once, in the order of reading", () => {
  const { train, valid } = splitSequences(NAMES, 0.2, 3);
  expect([train.length, valid.length]).toEqual([80, 20]);
  const ascending = (a: number, b: number) => a - b;
  expect([...train, ...valid].sort(ascending)).toEqual(NAMES);
  expect(train).toEqual([...train].sort(ascending));
  expect(valid).toEqual([...valid].sort(ascending));
  expect(valid[0]).toBeLessThan(50);
  expect(valid.at(-1)).toBeGreaterThan(50);
});

it("depends on the seed alone", () => {
  expect(splitSequences(NAMES, 0.2, 3)).toEqual(splitSequences(NAMES, 0.2, 3));
  expect(splitSequences(NAMES, 0.2, 3).valid).not.toEqual(splitSequences(NAMES, 0.2, 4).valid);
});

it("leaves valid empty at 0 and refuses a part that would be empty", () => {
  expect(splitSequences(NAMES, 0)).toEqual({ train: NAMES, valid: [] });
  expect(() => splitSequences([1, 2], 0.1)).toThrow(/at least one sequence on either side of a split at 0.9, got 2/);
  expect(() => splitSequences([1], 0.5)).toThrow(/on either side/);
  expect(() => splitSequences(NAMES, 0.6)).toThrow(/a number from 0 to 0.5/);
});
