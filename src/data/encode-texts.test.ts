import { describe, expect, it } from "vitest";
import { encodeTexts } from "./encode-texts.ts";
import { CharVocabulary } from "./encoders/char-vocabulary.ts";
import { WordVocabulary } from "./encoders/word-vocabulary.ts";

const TEXTS = ["so it goes", "call me\n", "so"];

describe("encodeTexts", () => {
  it("puts <EOS> between texts of words, none before the first or after the last", () => {
    const vocabulary = WordVocabulary.fromText(TEXTS);
    const ids = encodeTexts(vocabulary, TEXTS);
    expect(Array.from(ids, (id) => vocabulary.tokens[id])).toEqual([
      "so",
      "it",
      "goes",
      "<EOS>",
      "call",
      "me",
      "<EOS>",
      "so",
    ]);
    expect(encodeTexts(vocabulary, ["call me"])).toEqual(vocabulary.encode("call me"));
    expect(encodeTexts(vocabulary, [])).toEqual(new Int32Array(0));
  });

  it("joins texts of characters by line ends where they are missing", () => {
    for (const unit of ["codePoint", "grapheme"] as const) {
      const vocabulary = CharVocabulary.fromText(TEXTS, { unit });
      expect(vocabulary.decode(encodeTexts(vocabulary, TEXTS))).toBe("so it goes\ncall me\nso");
    }
  });

  it("puts <EOS> between texts of characters where the vocabulary has it", () => {
    const vocabulary = CharVocabulary.fromText(["a", "b"], { end: true });
    expect(Array.from(encodeTexts(vocabulary, ["a", "b"]))).toEqual([1, 0, 2]);
  });
});
