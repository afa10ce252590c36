import { expect, it } from "vitest";
import { CharVocabulary } from "./char-vocabulary.ts";
import { vocabularyFromJSON } from "./vocabulary-from-json.ts";
import { WordVocabulary } from "./word-vocabulary.ts";

it.each([
  ["code points", CharVocabulary.fromText("call me")],
  ["graphemes", CharVocabulary.fromText("call me", { unit: "grapheme" })],
  ["words of the rule", WordVocabulary.fromText("call me")],
  ["words of Intl.Segmenter", WordVocabulary.fromText("call me", { splitter: "intl" })],
])("gives back %s, with the same ids", async (_, built) => {
  const read = await vocabularyFromJSON(JSON.parse(JSON.stringify(built)), "encoder.json");
  expect(read.toJSON()).toEqual(built.toJSON());
  expect(read.split("call me")).toEqual(built.split("call me"));
  expect(read.encode("me call")).toEqual(built.encode("me call"));
  expect(read.tokens).toEqual(built.tokens);
});

it("refuses what is no vocabulary and names the file", async () => {
  for (const value of [null, 7, [], {}, { kind: "labels" }, { kind: { toString: 1 } }]) {
    await expect(vocabularyFromJSON(value, "encoder.json")).rejects.toThrow(
      /^encoder.json, kind: expected one of char, word, got/,
    );
  }
  await expect(vocabularyFromJSON({ kind: "word", words: [] }, "encoder.json")).rejects.toThrow(
    /encoder.json, words: expected a list, got/,
  );
});
