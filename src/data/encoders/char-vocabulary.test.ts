import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CharVocabulary } from "./char-vocabulary.ts";

describe("CharVocabulary", () => {
  it("orders by frequency, ties by code point and not by UTF-16 unit", () => {
    const vocabulary = CharVocabulary.fromText("banana \u{1f40b}\uff21");
    expect(vocabulary.characters).toEqual(["a", "n", " ", "b", "\uff21", "\u{1f40b}"]);
    expect(Array.from(vocabulary.encode("\u{1f40b}nab"))).toEqual([5, 1, 0, 3]);
    expect(vocabulary.size).toBe(6);
  });

  it("orders by code point on demand, the choice of what to keep still by frequency", () => {
    expect(CharVocabulary.fromText("banana", { order: "alphabetical" }).characters).toEqual(["a", "b", "n"]);
    expect(CharVocabulary.fromText("zzbananax", { order: "alphabetical", maxSize: 4 }).characters).toEqual([
      "a",
      "n",
      "z",
    ]);
  });

  it("has <UNK> at id 0 only when it was cut", () => {
    const whole = CharVocabulary.fromText("aab", { maxSize: 2, minCount: 1 });
    expect([whole.size, whole.unknownId, whole.indexOf("x")]).toEqual([2, -1, -1]);
    const cut = CharVocabulary.fromText("aaabbc", { minCount: 2 });
    expect([cut.size, cut.unknownId]).toEqual([3, 0]);
    expect(Array.from(cut.encode("abcé🐋"))).toEqual([1, 2, 0, 0, 0]);
    expect(cut.decode([1, 2, 0])).toBe("ab\ufffd");
    const small = CharVocabulary.fromText("aaabbc", { maxSize: 2 });
    expect([small.size, small.characters]).toEqual([2, ["a"]]);
    expect(CharVocabulary.fromText("aaabbc", { minCount: 2, maxSize: 2 }).size).toBe(2);
  });

  it("decodes what it encoded, through JSON too, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), fc.boolean(), (text, alphabetical) => {
        const built = CharVocabulary.fromText(text, { order: alphabetical ? "alphabetical" : "frequency" });
        const vocabulary = CharVocabulary.fromJSON(JSON.parse(JSON.stringify(built)));
        const ids = vocabulary.encode(text);
        expect(ids).toEqual(built.encode(text));
        expect(vocabulary.decode(ids)).toBe(text);
        expect(ids.length).toBe(Array.from(text).length);
        expect(ids.every((id) => id < vocabulary.size)).toBe(true);
        for (const char of text) expect(vocabulary.decode([vocabulary.indexOf(char)])).toBe(char);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("keeps <UNK> through JSON", () => {
    const cut = CharVocabulary.fromText("aab", { minCount: 2 });
    const again = CharVocabulary.fromJSON(JSON.parse(JSON.stringify(cut)));
    expect([again.size, again.unknownId, again.indexOf("a"), again.indexOf("b")]).toEqual([2, 0, 1, 0]);
  });

  it("names an unknown character and its place", () => {
    const vocabulary = CharVocabulary.fromText("abc \n🐋");
    expect(() => vocabulary.encode("a🐋\nb🐋é")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: text, character 6 (line 2, column 3): expected one of the 6 characters of the vocabulary, got "é" (U+00E9). The model was trained without it: remove it, or train on text that has it.]`,
    );
    expect(() => vocabulary.encode("d")).toThrow(/character 1 \(line 1, column 1\).*got "d" \(U\+0064\)/);
  });

  it("knows no string of two characters or none as a character", () => {
    const vocabulary = CharVocabulary.fromText("abc");
    expect([vocabulary.indexOf("ab"), vocabulary.indexOf("")]).toEqual([-1, -1]);
  });

  it("refuses an id out of range", () => {
    const vocabulary = CharVocabulary.fromText("abc");
    for (const id of [3, -1, 0.5])
      expect(() => vocabulary.decode([0, id])).toThrow(/CharVocabulary, id: expected an integer from 0 to 2/);
  });

  it("refuses no text, a cut that leaves nothing, and options out of range", () => {
    expect(() => CharVocabulary.fromText("")).toThrow(/expected some text, got a text without a character/);
    const bytes = Buffer.from("ab") as unknown as string;
    expect(() => CharVocabulary.fromText(bytes)).toThrow("CharVocabulary: expected a text, got bytes.");
    expect(() => CharVocabulary.fromText(["ab", bytes])).toThrow("CharVocabulary, text 2: expected a text, got bytes.");
    expect(() => CharVocabulary.fromText("abb", { minCount: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: CharVocabulary: expected a character seen at least 3 times, got none. The most frequent is "b" (U+0062), seen 2 times: lower minCount or raise maxSize.]`,
    );
    expect(() => CharVocabulary.fromText("abb", { minCount: 2, maxSize: 1 })).toThrow(
      /within a vocabulary of 1, got none/,
    );
    expect(() => CharVocabulary.fromText("ab", { order: "size" as never })).toThrow(
      /option order: expected "frequency"/,
    );
    expect(() => CharVocabulary.fromText("ab", { unit: "byte" as never })).toThrow(/option unit: expected "codePoint"/);
    expect(() => CharVocabulary.fromText("ab", { maxSize: 0 })).toThrow(/option maxSize: expected an integer/);
    expect(() => CharVocabulary.fromText("ab", { minCount: 1.5 })).toThrow(/option minCount: expected an integer/);
  });

  it("refuses JSON that is no character vocabulary", () => {
    const good = { kind: "char", characters: ["a", "b"], unknown: false };
    const bad: unknown[] = [
      null,
      "char",
      { ...good, kind: "word" },
      { ...good, kind: { toString: 1 } },
      { ...good, unknown: 1 },
      { ...good, characters: [] },
      { ...good, characters: "ab" },
      { ...good, characters: ["a", "a"] },
      { ...good, characters: ["ab"] },
      { ...good, characters: [""] },
      { ...good, characters: [7] },
      { ...good, end: 1 },
      { ...good, unit: "byte" },
      { ...good, unit: "grapheme" },
      { ...good, unit: "grapheme", unicode: "<b>" },
    ];
    expect(CharVocabulary.fromJSON(good).size).toBe(2);
    for (const value of bad) {
      expect(() => CharVocabulary.fromJSON(value, "encoder.json")).toThrow(/^encoder.json, \w+: expected/);
    }
  });

  it("has <EOS> before the characters on demand, which no text gives and which is written as a line end", () => {
    const whole = CharVocabulary.fromText("aab", { end: true });
    expect([whole.size, whole.unknownId, whole.endId, whole.tokens]).toEqual([3, -1, 0, ["<EOS>", "a", "b"]]);
    const cut = CharVocabulary.fromText("aab", { end: true, minCount: 2 });
    expect([cut.size, cut.unknownId, cut.endId, cut.tokens]).toEqual([3, 0, 1, ["<UNK>", "<EOS>", "a"]]);
    expect([cut.indexOf("<EOS>"), cut.indexOf("<UNK>"), cut.indexOf("a")]).toEqual([1, 0, 2]);
    expect(cut.decode([2, 1, 0, 2])).toBe("a\n\ufffda");
    const again = CharVocabulary.fromJSON(JSON.parse(JSON.stringify(cut)));
    expect([again.tokens, again.endId]).toEqual([cut.tokens, 1]);
    expect(Array.from(CharVocabulary.fromText("<EOS>", { end: true }).encode("<EOS>"))).toHaveLength(5);
    expect(CharVocabulary.fromText("aab", { end: true, maxSize: 3 }).tokens).toEqual(["<EOS>", "a", "b"]);
    expect(CharVocabulary.fromText("aabc", { end: true, maxSize: 3 }).tokens).toEqual(["<UNK>", "<EOS>", "a"]);
    expect(() => CharVocabulary.fromText("aab", { end: true, maxSize: 2 })).toThrow(/got none/);
  });

  it("counts several texts as encodeTexts joins them: a line end where one is missing, none with <EOS>", () => {
    expect(CharVocabulary.fromText(["b", "a"]).characters).toEqual(["\n", "a", "b"]);
    expect(CharVocabulary.fromText(["b\n", "a"]).characters).toEqual(["\n", "a", "b"]);
    expect(CharVocabulary.fromText(["b", "a"], { end: true }).characters).toEqual(["a", "b"]);
  });

  it("takes what a reader sees as one character for one by graphemes, and names it where it is unknown", () => {
    const text = "e\u0301e\u0301 \u{1f469}\u200d\u{1f680}\r\n";
    const built = CharVocabulary.fromText(text, { unit: "grapheme", order: "alphabetical" });
    expect(built.tokens).toEqual(["\r\n", " ", "e\u0301", "\u{1f469}\u200d\u{1f680}"]);
    const vocabulary = CharVocabulary.fromJSON(JSON.parse(JSON.stringify(built)));
    expect([vocabulary.tokens, vocabulary.note]).toEqual([built.tokens, undefined]);
    expect(Array.from(vocabulary.encode(text))).toEqual([2, 2, 1, 3, 0]);
    expect(vocabulary.split(text)).toEqual(["e\u0301", "e\u0301", " ", "\u{1f469}\u200d\u{1f680}", "\r\n"]);
    expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
    expect(() => vocabulary.encode("e\u0301e\u0302")).toThrow(/character 2 .*got "e\u0302" \(U\+0065 U\+0302\)/);
  });

  it("notes a vocabulary of graphemes that was made under another Unicode version", () => {
    const json = CharVocabulary.fromText("ab", { unit: "grapheme" }).toJSON();
    expect(CharVocabulary.fromJSON({ ...json, unicode: "12.1" }).note).toMatch(/made with Unicode 12\.1/);
    expect(CharVocabulary.fromText("ab").note).toBeUndefined();
  });

  it("writes text piece by piece as it decodes it", () => {
    const vocabulary = CharVocabulary.fromText("banana\u{1f40b}");
    const ids = Array.from(vocabulary.encode("nab\u{1f40b}"));
    expect(ids.map((id, i) => vocabulary.textOf(id, ids[i - 1])).join("")).toBe("nab\u{1f40b}");
  });

  it("gives the one-hot matrix of the notes: one row a character, one 1 a row", () => {
    const rows = CharVocabulary.fromText("banana").oneHot("nab");
    expect(rows.map((row) => Array.from(row))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });
});
