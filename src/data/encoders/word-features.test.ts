import { describe, expect, it } from "vitest";
import { WORD_FEATURE_BUCKETS, wordFeatures } from "./word-features.ts";

/** How many features the word at a place has in common with that of another sentence. */
function common(a: readonly string[], b: readonly string[], t = 0): number {
  const [own, others] = [wordFeatures(a)[t]!, new Set(wordFeatures(b)[t]!)];
  return own.filter((feature) => others.has(feature)).length;
}

describe("wordFeatures", () => {
  it("hashes to the same numbers on every runtime, by FNV-1a with its halves folded", () => {
    // "any" by hand: 0x811c9dc5, then for each of the bytes 61 00 6e 00 79 00 xor it and multiply by 0x01000193
    expect([...wordFeatures(["a"])[0]!.slice(0, 4)]).toMatchInlineSnapshot(`
      [
        24449,
        36436,
        2253,
        37501,
      ]
    `);
  });

  it("gives each word as many as its letters allow, each a number below the buckets", () => {
    // any, word, outline, short, first; 2 · 2 affixes; pieces ^Ab Ab$ ^Ab$; 4 neighbours; 2 outlines of neighbours
    expect(wordFeatures(["Ab"])[0]).toHaveLength(5 + 4 + 3 + 4 + 2);
    // the second word is not the first, and has 5 letters: 8 affixes, 5 pieces of 3 and 4 of 4
    expect(wordFeatures(["Ab", "Cdefg"])[1]).toHaveLength(4 + 8 + 9 + 4 + 2);
    const long = wordFeatures(["é".repeat(300)])[0]!;
    expect(long.length).toBeLessThan(128);
    for (const feature of long) {
      expect(Number.isInteger(feature) && feature >= 0 && feature < WORD_FEATURE_BUCKETS).toBe(true);
    }
  });

  it("shares endings, beginnings, pieces and outlines between words that look alike", () => {
    const sentence = (word: string): string[] => ["in", word, "today"];
    const nashville = sentence("Nashville");
    expect(common(nashville, sentence("Greenville"), 1)).toBeGreaterThan(common(nashville, sentence("Greenwich"), 1));
    expect(common(nashville, sentence("Nashua"), 1)).toBeGreaterThan(common(nashville, sentence("Joshua"), 1));
    expect(common(nashville, sentence("Mcdonald"), 1)).toBeGreaterThan(common(nashville, sentence("mcdonald"), 1));
  });

  it("reads the words up to two places away and no other, digits as 0", () => {
    const at = (place: number): string[] =>
      ["a", "b", "c", "Ron", "e", "f", "g"].map((w, t) => (t === place ? "X" : w));
    const all = wordFeatures(at(-1))[3]!.length;
    const shared = [0, 1, 2, 4, 5, 6].map((place) => common(at(-1), at(place), 3));
    // beside the word its outline changes too
    expect(shared).toEqual([all, all - 1, all - 2, all - 2, all - 1, all]);
    expect(wordFeatures(["Win95", "in", "1995"])).toEqual(wordFeatures(["Win10", "in", "2024"]));
  });

  it("gives no features of no words", () => {
    expect(wordFeatures([])).toEqual([]);
  });
});
