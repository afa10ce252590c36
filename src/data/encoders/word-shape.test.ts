import { describe, expect, it } from "vitest";
import { TokenVocabulary } from "./token-vocabulary.ts";
import { WORD_SHAPE_FEATURES, wordShape, wordSuffix } from "./word-shape.ts";

describe("wordShape", () => {
  it.each([
    ["spell", "lower"],
    ["Harry", "capital"],
    ["É", "oneCapital foreign short"],
    ["I", "oneCapital short"],
    ["NATO", "allCapitals"],
    ["US", "allCapitals short"],
    ["iPhone6", "mixed digit"],
    ["McDonald", "mixed long"],
    ["2,000", "digit allDigits"],
    ["4th", "lower digit short"],
    ["well-known", "lower hyphen long"],
    ["don't", "lower apostrophe"],
    ["D'Arcy", "mixed apostrophe"],
    ["?!", "noLetter short"],
    ["😂", "noLetter foreign short"],
    ["@Harry", "capital mention"],
    ["@", "noLetter short"],
    ["#nyc", "lower hashtag"],
    ["http://t.co/x1", "lower digit address long"],
    ["中文", "noLetter foreign short"],
  ])("of %s is %s", (word, expected) => {
    const shape = wordShape(word);
    expect(WORD_SHAPE_FEATURES.filter((_, i) => shape[i] === 1).join(" ")).toBe(expected);
    expect(shape.length).toBe(WORD_SHAPE_FEATURES.length);
  });

  it("has no more than one kind of capitals", () => {
    const kinds = ["lower", "capital", "allCapitals", "oneCapital", "mixed"] as const;
    for (const word of ["a", "A", "Ab", "AB", "aB", "ABc", "AbC", "a1B", "1", "", "ǅ"]) {
      const shape = wordShape(word);
      const on = kinds.filter((kind) => shape[WORD_SHAPE_FEATURES.indexOf(kind)] === 1);
      expect(on.length, word).toBeLessThanOrEqual(1);
    }
  });
});

describe("wordSuffix", () => {
  it("is the last three characters in small letters, whole ones beyond the basic plane too", () => {
    expect(["Running", "ON", "x😂😂"].map(wordSuffix)).toEqual(["ing", "on", "x😂😂"]);
  });
});

describe("TokenVocabulary", () => {
  const vocabulary = TokenVocabulary.fromTokens(["b", "a b", "b", "<UNK>x"]);

  it("gives the most frequent token 1 and unknown ones 0", () => {
    expect(Array.from(vocabulary.encode(["b", "<UNK>x", "a b", "c", "toString"]))).toEqual([1, 2, 3, 0, 0]);
    expect(vocabulary.size).toBe(4);
  });

  it("comes back from JSON", () => {
    const again = TokenVocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(again.tokens).toEqual(vocabulary.tokens);
    expect(() => TokenVocabulary.fromJSON({ kind: "token", tokens: ["a", "a"] }, "encoder.json")).toThrow(
      'encoder.json, tokens: expected one token each, once, got "a".',
    );
  });

  it("leaves rare tokens to <UNK>", () => {
    expect(TokenVocabulary.fromTokens(["a", "b", "b"], { minCount: 2 }).tokens).toEqual(["<UNK>", "b"]);
  });
});
