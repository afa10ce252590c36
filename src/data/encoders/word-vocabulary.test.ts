import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordVocabulary } from "./word-vocabulary.ts";

const NOTES = "The cats, which already ate the fish, were full. The cat was full.";

describe("WordVocabulary", () => {
  it("always has <UNK> and <EOS>, then words by frequency, ties by code point", () => {
    const vocabulary = WordVocabulary.fromText("b a b \u{1f40b} \uff21 c c b");
    expect(vocabulary.tokens).toEqual(["<UNK>", "<EOS>", "b", "c", "a", "\uff21", "\u{1f40b}"]);
    expect([vocabulary.size, vocabulary.unknownId, vocabulary.endId]).toEqual([7, 0, 1]);
    expect(Array.from(vocabulary.encode("c d b"))).toEqual([3, 0, 2]);
  });

  it("orders A to Z on demand, the choice of what to keep still by frequency", () => {
    const words = (text: string, options: object) =>
      WordVocabulary.fromText(text, { order: "alphabetical", ...options }).tokens.slice(2);
    expect(words("zulu aaron harry Harry", {})).toEqual(["Harry", "aaron", "harry", "zulu"]);
    expect(words("z z b b a c", { maxSize: 4 })).toEqual(["b", "z"]);
    expect(words("z z b b a c", { minCount: 2 })).toEqual(["b", "z"]);
    expect(words("a b", { maxSize: 4 })).toEqual(["a", "b"]);
  });

  it("finds ids by word, with capitals kept by default and folded on demand", () => {
    const cased = WordVocabulary.fromText(NOTES);
    expect(cased.tokens[cased.indexOf("The")]).toBe("The");
    expect(cased.indexOf("THE")).toBe(0);
    expect([cased.indexOf("<UNK>"), cased.indexOf("<EOS>"), cased.indexOf("dog"), cased.indexOf("")]).toEqual([
      0, 1, 0, 0,
    ]);
    const folded = WordVocabulary.fromText(NOTES, { lowerCase: true });
    expect(folded.tokens).not.toContain("The");
    expect(folded.indexOf("THE")).toBe(folded.indexOf("the"));
    expect(folded.decode(folded.encode("THE Cat"))).toBe("the cat");
  });

  it("never reads <EOS> or <UNK> out of a text", () => {
    const vocabulary = WordVocabulary.fromText("<EOS> <UNK>");
    const ids = Array.from(vocabulary.encode("<EOS> <UNK>"));
    expect(ids).toHaveLength(6);
    expect(Math.min(...ids)).toBeGreaterThan(1);
  });

  it("writes spaces between words, none before or after the signs that stand close, a line end for <EOS>", () => {
    const written = (text: string) => {
      const vocabulary = WordVocabulary.fromText(text);
      return vocabulary.decode(vocabulary.encode(text));
    };
    expect(written(NOTES)).toBe(NOTES);
    expect(written("“Well ,”  he\nsaid ( twice ) ; the sailors' boat cost $ 3 !")).toBe(
      "“Well,” he said (twice); the sailors' boat cost $3!",
    );
    expect(written("well-known - it's - a _word_")).toBe("well-known - it's - a _ word _");
    expect(written("( \u0301a")).toBe("( \u0301a"); // close, the mark would join the bracket
    const vocabulary = WordVocabulary.fromText("a b .");
    const [a, b, dot] = ["a", "b", "."].map((word) => vocabulary.indexOf(word)) as [number, number, number];
    expect(vocabulary.decode([a, dot, 1, b, 0, 1, 1, a])).toBe("a.\nb <UNK>\n\na");
  });

  it("gives the same ids for what it decoded, which is a fixed point, for any text, through JSON and piece by piece", () => {
    const sign = fc.constantFrom(..."'’-‐.,!?()[]{}“”‘\"«»¿$%…_<>", "\u0301", "\u200d", "\ufe0f", "  ", "\n", " ");
    const piece = fc.oneof(
      sign,
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom("( \u0301a", "a", "Be", "Σ", "İ", "é", "7"),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), fc.boolean(), (pieces, lowerCase) => {
        const text = `a${pieces.join("")}`;
        const built = WordVocabulary.fromText(text, { lowerCase });
        const vocabulary = WordVocabulary.fromJSON(JSON.parse(JSON.stringify(built)));
        const ids = vocabulary.encode(text);
        const written = vocabulary.decode(ids);
        expect(ids).toEqual(built.encode(text));
        expect(ids.every((id) => id > 1)).toBe(true);
        expect(vocabulary.encode(written)).toEqual(ids);
        expect(vocabulary.decode(vocabulary.encode(written))).toBe(written);
        const kept = lowerCase ? built.split(text).join("") : text;
        expect(written.replace(/[\s\u0085]/g, "")).toBe(kept.replace(/[\s\u0085]/g, ""));
        const streamed = Array.from(ids, (id, i) => vocabulary.textOf(id, ids[i - 1]));
        expect(streamed.join("")).toBe(written);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("gives the one-hot matrix of a sentence, one row a word, unknown words on <UNK>'s column", () => {
    const vocabulary = WordVocabulary.fromText("harry met harry", { order: "alphabetical" });
    expect(vocabulary.oneHot("met ron harry").map((row) => Array.from(row))).toEqual([
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
  });

  it("splits by Intl.Segmenter on demand and records its Unicode version", () => {
    const vocabulary = WordVocabulary.fromText("我喜欢学习 don't 3.14", { splitter: "intl" });
    expect(vocabulary.split("don't 3.14 !")).toEqual(["don't", "3.14", "!"]);
    expect(vocabulary.split("我喜欢学习").length).toBeGreaterThan(1);
    const json = vocabulary.toJSON();
    expect([json.splitter, WordVocabulary.fromJSON(json).note]).toEqual(["intl", undefined]);
    expect(WordVocabulary.fromJSON({ ...json, unicode: "12.1" }).note).toMatch(/made with Unicode 12\.1/);
  });

  it("notes a word table of another version", () => {
    const json = WordVocabulary.fromText("a").toJSON();
    expect(WordVocabulary.fromJSON(json).note).toBeUndefined();
    expect(WordVocabulary.fromJSON({ ...json, unicode: "99.0" }).note).toMatch(/word table of Unicode 99\.0/);
  });

  it("refuses a text without a word, a cut that leaves none, and options out of range", () => {
    expect(() => WordVocabulary.fromText(" \n")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: WordVocabulary: expected some text, got a text without a word.]`,
    );
    expect(() => WordVocabulary.fromText("a b b", { minCount: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: WordVocabulary: expected a word seen at least 3 times, got none. The most frequent is "b", seen 2 times: lower minCount or raise maxSize.]`,
    );
    expect(() => WordVocabulary.fromText("a b", { maxSize: 2 })).toThrow(/within a vocabulary of 2, got none/);
    expect(() => WordVocabulary.fromText("a", { maxSize: 1.5 })).toThrow(/option maxSize: expected an integer/);
    expect(() => WordVocabulary.fromText(Buffer.from("a") as unknown as string)).toThrow("expected a text, got bytes.");
    expect(() => WordVocabulary.fromText("a", { splitter: "space" as never })).toThrow(
      /option splitter: expected "rule"/,
    );
  });

  it("refuses an id out of range", () => {
    const vocabulary = WordVocabulary.fromText("a");
    for (const id of [3, -1, 0.5]) expect(() => vocabulary.decode([0, id])).toThrow(/expected an integer from 0 to 2/);
  });

  it("refuses JSON that is no word vocabulary", () => {
    const good = { kind: "word", words: ["a", "b"], lowerCase: false, splitter: "rule", unicode: "17.0" };
    const bad: unknown[] = [
      null,
      { ...good, kind: "char" },
      { ...good, words: [] },
      { ...good, words: ["a", "a"] },
      { ...good, words: ["<EOS>"] },
      { ...good, words: ["a b"] },
      { ...good, words: [7] },
      { ...good, lowerCase: 1 },
      { ...good, splitter: "space" },
      { ...good, unicode: undefined },
    ];
    expect(WordVocabulary.fromJSON(good).size).toBe(4);
    for (const value of bad) {
      expect(() => WordVocabulary.fromJSON(value, "encoder.json")).toThrow(/^encoder.json, \w+: expected/);
    }
  });
});
