import { describe, expect, it } from "vitest";
import { WORD_TABLE_VERSION } from "./word-character-runs.ts";
import { splitWords } from "./word-splitting.ts";

describe("splitWords", () => {
  it("keeps apostrophes and hyphens within words alone", () => {
    const expected: [string, string[]][] = [
      ["Don't panic, it’s well-known.", ["Don't", "panic", ",", "it’s", "well-known", "."]],
      ["the sailors' boat 'tis", ["the", "sailors", "'", "boat", "'", "tis"]],
      ["whale--the -x- y-", ["whale", "-", "-", "the", "-", "x", "-", "y", "-"]],
      ["rock-'n'-roll", ["rock", "-", "'", "n", "'", "-", "roll"]],
      ["mother-in-law's o'clock", ["mother-in-law's", "o'clock"]],
      ["a-\u0301b", ["a", "-\u0301", "b"]],
    ];
    for (const [text, words] of expected) expect(splitWords(text)).toEqual(words);
  });

  it("gives each other sign a token of its own", () => {
    expect(splitWords("He ate $3.50 (50%)!?")).toEqual([..."He ate $ 3 . 50 ( 50 % ) ! ?".split(" ")]);
    expect(splitWords("_very_ <EOS>")).toEqual(["_", "very", "_", "<", "EOS", ">"]);
    expect(splitWords("x\u0000y\u{1f40b}\u{1f40b}")).toEqual(["x", "\u0000", "y", "\u{1f40b}", "\u{1f40b}"]);
    expect(splitWords("\ud83d a")).toEqual(["\ud83d", "a"]); // half a pair
  });

  it("keeps marks with what they follow, and letters of every script and plane", () => {
    expect(splitWords("e\u0301te\u0301 \u2764\ufe0f! \u0301x")).toEqual([
      "e\u0301te\u0301",
      "\u2764\ufe0f",
      "!",
      "\u0301x",
    ]);
    expect(splitWords("कर्म می\u200cخواهم \u{1d49c}\u{10940}")).toEqual(["कर्म", "می\u200cخواهم", "\u{1d49c}\u{10940}"]);
    expect(splitWords("x² Ⅻ ٣٤")).toEqual(["x²", "Ⅻ", "٣٤"]);
  });

  it("drops white space of every kind, line ends included", () => {
    expect(splitWords(" \t\r\n\v\f\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff")).toEqual([]);
    expect(splitWords("a\nb\r\n\u3000c ")).toEqual(["a", "b", "c"]);
    expect(splitWords("")).toEqual([]);
  });

  it("loses no character but white space, over every code point", () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const char = String.fromCodePoint(codePoint);
      const joined = splitWords(`a${char}`).join("");
      const isSpace = /[\s\u0085]/.test(char);
      if (joined !== (isSpace ? "a" : `a${char}`)) expect.fail(`U+${codePoint.toString(16)}: ${joined}`);
    }
  });

  it("agrees with the runtime on letters and marks where both know the code point", () => {
    let differing = 0;
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const char = String.fromCodePoint(codePoint);
      if (!/\p{Assigned}/u.test(char) || /[\s\u0085]/.test(char)) continue;
      const belongs = /[\p{L}\p{N}\p{M}\u{ad}\u{200c}\u{200d}]/u.test(char);
      if ((splitWords(`a${char}`).length === 1) !== belongs) differing += 1;
    }
    // A code point that Unicode moved to another category, or one younger than the table.
    if (process.versions.unicode === WORD_TABLE_VERSION) expect(differing).toBe(0);
    else expect(differing).toBeLessThan(10_000);
  });
});
