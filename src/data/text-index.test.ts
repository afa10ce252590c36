import { describe, expect, it } from "vitest";
import { heldRanges } from "../../test/support/held-ranges.ts";
import { indexText } from "./text-index.ts";

const PIECE = 2 ** 22;
const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

describe("indexText", () => {
  it("knows where each block of characters begins, in bytes and in UTF-16 units", async () => {
    const index = await indexText(heldRanges("aé漢🐋bcé"), "book.txt", 2);
    expect(index).toMatchObject({ length: 7, units: 8, byteStarts: [0, 3, 10, 12, 14], unitStarts: [0, 2, 5, 7, 8] });
    expect(new Map(index.counts)).toEqual(
      new Map([
        [0x61, 1],
        [0x62, 1],
        [0x63, 1],
        [0xe9, 2],
        [0x6f22, 1],
        [0x1f40b, 1],
      ]),
    );
  });

  it("leaves a byte order mark out, and keeps one within the text", async () => {
    const index = await indexText(heldRanges("\ufeffab\ufeff"), "book.txt", 2);
    expect(index).toMatchObject({ length: 3, units: 3, byteStarts: [3, 5, 8] });
    expect(index.counts.get(0xfeff)).toBe(1);
  });

  it("reads characters that lie across two pieces as if there were none", async () => {
    for (const character of ["é", "漢", "🐋"]) {
      for (let before = 1; before < 5; before++) {
        const text = `${"a".repeat(PIECE - before)}${character}b`;
        const index = await indexText(heldRanges(text), "book.txt", PIECE);
        const { length, units, counts } = index;
        expect({ length, units }).toEqual({ length: Array.from(text).length, units: text.length });
        expect(counts.get(character.codePointAt(0)!)).toBe(1);
        expect(counts.get(0x61)).toBe(PIECE - before);
      }
    }
  });

  it("finds an empty file empty", async () => {
    expect(await indexText(heldRanges(""), "book.txt", 2)).toMatchObject({ length: 0, byteStarts: [0] });
  });

  it("names the first byte that is not UTF-8, in the first piece and in a later one", async () => {
    const faulty = async (bytes: Uint8Array) => await indexText(heldRanges(bytes), "book.txt", 4);
    await expect(faulty(bytesOf("ab", [0xff], "c"))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: book.txt, byte 2: expected UTF-8 text, got the byte 0xff, which is not UTF-8 here. Save the file as UTF-8.]`,
    );
    await expect(faulty(bytesOf("ab", [0]))).rejects.toThrow("book.txt, byte 2: expected UTF-8 text, got a zero byte");
    await expect(faulty(bytesOf([0xff, 0xfe], "a"))).rejects.toThrow(
      "byte 0: expected UTF-8 text, got a UTF-16 byte order mark",
    );
    await expect(faulty(bytesOf("abc", [0xe6, 0xbc]))).rejects.toThrow(
      "byte 3: expected UTF-8 text, got the byte 0xe6",
    );
    await expect(faulty(bytesOf([0xed, 0xa0, 0x80]))).rejects.toThrow("byte 0: expected UTF-8 text, got the byte 0xed");
    const late = new Uint8Array(PIECE + 9).fill(0x61);
    late.set([0xe6, 0xbc, 0x61], PIECE - 1);
    await expect(faulty(late)).rejects.toThrow(`book.txt, byte ${PIECE - 1}: expected UTF-8 text, got the byte 0xe6`);
  });
});
