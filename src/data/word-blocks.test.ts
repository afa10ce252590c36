import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldRanges } from "../../test/support/held-ranges.ts";
import { splitWords } from "./encoders/word-splitting.ts";
import { StreamedText } from "./streamed-text.ts";
import { WordBlocks } from "./word-blocks.ts";

describe("WordBlocks", () => {
  it("has the words of any part of a text, in their order, however its blocks are cut", async () => {
    const unit = fc.constantFrom("a", "é", "漢", "🐋", "'", "-", ".", " ", "\n", "\u0301", "\u2003", "\ufeff");
    const texts = fc.string({ unit, minLength: 1, maxLength: 80 });
    const lengths = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(texts, lengths, fc.nat(), fc.nat(), async (text, blockLength, a, b) => {
        // a byte order mark at the very beginning is no part of a file's text
        const characters = Array.from(`a${text}`);
        const whole = await StreamedText.open("book.txt", heldRanges(characters.join("")), blockLength);
        const start = a % characters.length;
        const end = start + 1 + (b % (characters.length - start));
        const expected = splitWords(characters.slice(start, end).join(""));
        const seen: string[] = [];
        const blocks = new WordBlocks(whole.part(start, end), (word) => seen.push(word));
        expect(seen).toEqual(expected);
        expect(blocks.length).toBe(expected.length);
        for (let i = 0; i < expected.length; i++) {
          const { block, within } = blocks.placeOf(i);
          expect(splitWords(blocks.block(block))[within]).toBe(expected[i]);
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});
