import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldRanges } from "../../test/support/held-ranges.ts";
import { CharVocabulary } from "./encoders/char-vocabulary.ts";
import { splitRunningText } from "./split.ts";
import { StreamedText } from "./streamed-text.ts";

const texts = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "漢", "🐋"), minLength: 1, maxLength: 60 });
const blocks = fc.integer({ min: 1, max: 9 });

describe("StreamedText", () => {
  it("gives the ids that the held text has, from any place, in any order", async () => {
    const places = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, blocks, places, async (text, blockLength, wanted) => {
        const vocabulary = CharVocabulary.fromText(text);
        const held = vocabulary.encode(text);
        const ids = (await StreamedText.open("book.txt", heldRanges(text), blockLength)).encode(vocabulary);
        expect(ids.length).toBe(held.length);
        expect(ids.first(1e9)).toEqual(held);
        expect(ids.first(3)).toEqual(held.slice(0, 3));
        const cursor = ids.cursor();
        for (const [at, count] of wanted) {
          const start = at % held.length;
          const into = new Int32Array(count % (held.length - start + 1));
          cursor.read(start, into);
          expect(into).toEqual(held.slice(start, start + into.length));
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("gives the ids of a part as those of the whole from there on", async () => {
    const text = "aé漢🐋bcéa";
    const vocabulary = CharVocabulary.fromText(text);
    const whole = await StreamedText.open("book.txt", heldRanges(text), 3);
    const part = whole.part(2, 8).part(1, 5).encode(vocabulary);
    expect(part.first(9)).toEqual(vocabulary.encode("🐋bcé"));
  });

  it("gives <UNK> for what a cut vocabulary lacks, one a character", async () => {
    const vocabulary = CharVocabulary.fromText("aab🐋a", { minCount: 2 });
    const text = await StreamedText.open("book.txt", heldRanges("a🐋ba🐋"), 2);
    expect(Array.from(text.encode(vocabulary).first(9))).toEqual([1, 0, 0, 1, 0]);
  });

  it("names the first unknown character as the held text would", async () => {
    const unknown = fc.constantFrom("x", "ü", "🐳");
    await fc.assert(
      fc.asyncProperty(texts, unknown, texts, blocks, async (before, character, after, blockLength) => {
        const vocabulary = CharVocabulary.fromText("ab\né漢🐋");
        const text = `${before}${character}${after}`;
        const streamed = await StreamedText.open("book.txt", heldRanges(text), blockLength);
        const message = (read: () => unknown): string => {
          try {
            read();
          } catch (error) {
            return (error as Error).message;
          }
          return "";
        };
        const expected = message(() => vocabulary.encode(text));
        expect(expected).toContain(`text, character ${Array.from(before).length + 1} (line `);
        expect(message(() => streamed.encode(vocabulary))).toBe(expected);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("reads a block once for all windows within it", async () => {
    const file = heldRanges("abcdefgh".repeat(8));
    const text = await StreamedText.open("book.txt", file, 32);
    const cursor = text.encode(CharVocabulary.fromText("abcdefgh")).cursor();
    const before = file.reads;
    for (let start = 0; start + 5 <= 64; start += 4) cursor.read(start, new Int32Array(5));
    expect(file.reads - before).toBe(2);
  });

  it("refuses a file whose text is no longer what it was", async () => {
    const bytes = new TextEncoder().encode("éééé");
    const text = await StreamedText.open("book.txt", heldRanges(bytes), 2);
    const ids = text.encode(CharVocabulary.fromText("éab"));
    bytes.fill(0x61);
    expect(() => ids.first(4)).toThrow("book.txt: expected the text that was there when it was opened");
  });

  it("is the held text, a byte order mark dropped", async () => {
    expect((await StreamedText.open("book.txt", heldRanges("\ufeffaé🐋\ufeff"), 2)).held()).toBe("aé🐋\ufeff");
  });
});

describe("StreamedText.split", () => {
  it("cuts where the held text is cut: at line ends, white space, or nowhere near either", async () => {
    const units = [
      ["a", "🐋", "é", " ", "\n"],
      ["a", "🐋", "漢", " "],
      ["a", "🐋"],
    ];
    const texts = fc
      .tuple(fc.constantFrom(...units), fc.integer({ min: 1, max: 400 }))
      .chain(([unit, repeats]) =>
        fc
          .string({ unit: fc.constantFrom(...unit), minLength: 4, maxLength: 20 })
          .map((text) => `ab${text.repeat(repeats)}`),
      );
    const fractions = fc.integer({ min: 1, max: 50 }).map((percent) => percent / 100);
    await fc.assert(
      fc.asyncProperty(texts, fractions, fc.integer({ min: 2, max: 300 }), async (text, fraction, blockLength) => {
        const streamed = await StreamedText.open("book.txt", heldRanges(text), blockLength);
        const vocabulary = CharVocabulary.fromText(text);
        const part = (of: StreamedText) => vocabulary.decode(of.encode(vocabulary).first(1e9));
        let held: { train: string; valid: string } | string;
        try {
          const { train, valid } = splitRunningText([text], fraction);
          held = { train: train.join(""), valid: valid.join("") };
        } catch (error) {
          held = /expected .*? characters/.exec((error as Error).message)![0];
        }
        if (typeof held === "string") {
          expect(() => streamed.split(fraction)).toThrow(held);
          return;
        }
        const { train, valid } = streamed.split(fraction);
        expect({ train: part(train), valid: part(valid) }).toEqual(held);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
