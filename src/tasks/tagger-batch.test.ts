import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { dropFeatures, taggerBatch } from "./tagger-batch.ts";
import type { EncodedTokens } from "./tagger-encoder.ts";

/** A sequence of which step t has the features 10 t, 10 t + 1 … */
function sequence(counts: readonly number[], first = 0): EncodedTokens {
  return {
    words: new Int32Array(counts.length),
    suffixes: new Int32Array(),
    shapes: new Uint8Array(),
    letters: [],
    features: counts.map((count, t) => Int32Array.from({ length: count }, (_, k) => first + 10 * t + k)),
  };
}

describe("taggerBatch", () => {
  it("lays out the features of each step for its row of the packing, the longest sequence first", () => {
    const { features } = taggerBatch([sequence([2]), sequence([1, 3], 100)]);
    expect([...features!.ids]).toEqual([100, 110, 111, 112, 0, 1]);
    expect([...features!.rowOf]).toEqual([0, 2, 2, 2, 1, 1]);
    expect(features!.scale).toBe(1);
    const { features: none } = taggerBatch([{ ...sequence([2]), features: [] }]);
    expect(none).toBeUndefined();
  });
});

describe("dropFeatures", () => {
  const random = new Random(1, "dropped features");
  const long = sequence(Array.from({ length: 100 }, () => 10));

  it("leaves out a share by lot, and counts the others for them", () => {
    const dropped = dropFeatures(taggerBatch([long]), 0.75, random, 3)!;
    expect(dropped.scale).toBe(4);
    // 250 of 1,000 within four standard deviations
    expect(Math.abs(dropped.ids.length - 250)).toBeLessThan(55);
    const again = dropFeatures(taggerBatch([long]), 0.75, random, 4)!;
    expect([...again.ids]).not.toEqual([...dropped.ids]);
  });

  it("draws for a sequence the same lots whatever stands beside it", () => {
    const alone = dropFeatures(taggerBatch([long]), 0.5, random, 0)!;
    const beside = dropFeatures(
      taggerBatch([
        long,
        sequence(
          Array.from({ length: 120 }, () => 3),
          5000,
        ),
      ]),
      0.5,
      random,
      0,
    )!;
    expect([...beside.ids.filter((id) => id < 5000)]).toEqual([...alone.ids]);
  });

  it("drops nothing at a rate of 0", () => {
    const batch = taggerBatch([long]);
    expect(dropFeatures(batch, 0, random, 0)).toBe(batch.features);
  });
});
