import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { bucketedBatches } from "./bucketed-batches.ts";

const random = new Random(1, "bucketed batches test");
const lengths = Int32Array.from({ length: 1000 }, (_, i) => random.integer(i, 100));
const options = { batchSize: 16, seed: 1, epoch: 0 };
const text = (batches: readonly Int32Array[]): string => JSON.stringify(batches.map((batch) => [...batch]));

/** Steps of the longest sequence of each batch, summed: what the time loop runs. */
function stepsOf(batches: readonly Int32Array[]): number {
  return batches.reduce((total, batch) => total + Math.max(...Array.from(batch, (i) => lengths[i]!)), 0);
}

describe("bucketedBatches", () => {
  it("gives every sequence exactly once an epoch, whatever the sizes, in batches of the size but for one", () => {
    const anyLengths = fc.array(fc.nat(20), { maxLength: 60 });
    fc.assert(
      fc.property(anyLengths, fc.integer({ min: 1, max: 9 }), fc.nat(5), fc.integer({ min: 1, max: 4 }), (...args) => {
        const [some, batchSize, epoch, chunkBatches] = args;
        const batches = bucketedBatches(some, { batchSize, seed: 3, epoch, chunkBatches });
        expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...some.keys()]);
        const odd = batches.filter((batch) => batch.length !== batchSize);
        expect(odd.map((batch) => batch.length)).toEqual(
          some.length % batchSize === 0 ? [] : [some.length % batchSize],
        );
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("groups like lengths: an epoch's time loops run half the steps of plain shuffling", () => {
    const plain = stepsOf(bucketedBatches(lengths, { ...options, chunkBatches: 1 }));
    const bucketed = stepsOf(bucketedBatches(lengths, options));
    expect(bucketed / plain).toBeLessThan(0.6);
    for (const batch of bucketedBatches(lengths, options)) {
      const own = Array.from(batch, (i) => lengths[i]!);
      expect([...own].sort((a, b) => b - a)).toEqual(own);
    }
  });

  it("does not run from long batches to short ones", () => {
    const longest = bucketedBatches(lengths, options).map((batch) => lengths[batch[0]!]!);
    const falls = longest.slice(1).filter((value, i) => value <= longest[i]!).length;
    expect(falls).toBeGreaterThan(longest.length * 0.25);
    expect(falls).toBeLessThan(longest.length * 0.75);
  });

  it("depends on seed and epoch alone: the same twice, another for each", () => {
    const first = text(bucketedBatches(lengths, options));
    expect(text(bucketedBatches(Array.from(lengths), options))).toBe(first);
    const others = [
      bucketedBatches(lengths, { ...options, epoch: 1 }),
      bucketedBatches(lengths, { ...options, epoch: 2 }),
      bucketedBatches(lengths, { ...options, seed: 2 }),
    ].map(text);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it("puts a sequence beside others in another epoch, also among equal lengths", () => {
    const equal = new Int32Array(64).fill(5);
    const partners = [0, 1, 2].map((epoch) => {
      const batch = bucketedBatches(equal, { batchSize: 4, seed: 1, epoch }).find((each) => each.includes(0))!;
      return [...batch].sort((a, b) => a - b).join();
    });
    expect(new Set(partners).size).toBe(3);
  });

  it("has the order that it had when this was written, so that old runs resume", () => {
    const batches = bucketedBatches([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], {
      batchSize: 3,
      seed: 7,
      epoch: 2,
      chunkBatches: 2,
    });
    expect(text(batches)).toMatchInlineSnapshot(`"[[1],[4,9,0],[5,7,8],[2,6,3]]"`);
  });

  it("has no batch of no sequence, and says which number is wrong", () => {
    expect(bucketedBatches([], options)).toEqual([]);
    expect(() => bucketedBatches([1], { ...options, batchSize: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: bucketedBatches, option batchSize: expected an integer of at least 1, got 0.]`,
    );
    expect(() => bucketedBatches([1], { ...options, batchsize: 3 } as never)).toThrow("Did you mean batchSize?");
    expect(() => bucketedBatches([1], { ...options, epoch: -1 })).toThrow("bucketedBatches, option epoch");
    expect(() => bucketedBatches([1], { ...options, chunkBatches: 0.5 })).toThrow(
      "bucketedBatches, option chunkBatches",
    );
    expect(() => bucketedBatches([1, -2], options)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: lengths[1]: expected an integer of 0 or more, got -2.]`,
    );
  });
});
