import { expect, it } from "vitest";
import { CharVocabulary } from "./char-vocabulary.ts";
import { vocabularyFromJSON } from "./vocabulary-from-json.ts";
import { WordVocabulary } from "./word-vocabulary.ts";

it("gives back either kind, with the same ids", async () => {
  for (const built of [CharVocabulary.fromText("call me"), WordVocabulary.fromText("call me")]) {
    const read = await vocabularyFromJSON(JSON.parse(JSON.stringify(built)), "encoder.json");
    expect(read).toBeInstanceOf(built.constructor);
    expect(read.encode("me call")).toEqual(built.encode("me call"));
    expect(read.tokens).toEqual(built.tokens);
  }
});

it("refuses what is no vocabulary and names the file", async () => {
  for (const value of [null, 7, [], {}, { kind: "labels" }, { kind: { toString: 1 } }]) {
    await expect(vocabularyFromJSON(value, "encoder.json")).rejects.toThrow(
      /^encoder.json: expected a vocabulary of kind "char" or "word", got/,
    );
  }
  await expect(vocabularyFromJSON({ kind: "word", words: [] }, "encoder.json")).rejects.toThrow(
    /"words" as a list, got a list/,
  );
});
