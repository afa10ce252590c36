import { describe, expect, it } from "vitest";
import { CharVocabulary } from "./encoders/char-vocabulary.ts";
import { WordVocabulary } from "./encoders/word-vocabulary.ts";
import { encodeLines, linesOf } from "./lines.ts";

const TEXT = "anna\r\n\n bob \n \t\rcy";
const chars = CharVocabulary.fromText(linesOf(TEXT), { end: true });

describe("encodeLines", () => {
  it("ends each line by <EOS>, skips empty lines and counts them", () => {
    const { sequences, emptyLines } = encodeLines(TEXT, chars);
    expect(sequences.map((ids) => chars.decode(ids))).toEqual(["anna\n", " bob \n", "cy\n"]);
    expect(sequences.map((ids) => ids.at(-1))).toEqual([0, 0, 0]);
    expect(emptyLines).toBe(2);
  });

  it("does not take the end of a text for an empty line, and goes on with the next text", () => {
    expect(encodeLines(["anna\n", "bob"], chars)).toMatchObject({ emptyLines: 0, sequences: { length: 2 } });
    expect(encodeLines("anna\n\n", chars).emptyLines).toBe(1);
  });

  it("gives lines of words", () => {
    const words = WordVocabulary.fromText("so it goes");
    const { sequences } = encodeLines("it goes\n so! \n", words);
    expect(sequences.map((ids) => Array.from(ids, (id) => words.tokens[id]))).toEqual([
      ["it", "goes", "<EOS>"],
      ["so", "<UNK>", "<EOS>"],
    ]);
  });

  it("names the line of an unknown character", () => {
    expect(() => encodeLines("anna\n\nbox", chars)).toThrow(/^text, character 3 \(line 3, column 3\): .*got "x"/);
  });

  it("gives a vocabulary of lines without the line end", () => {
    expect(linesOf(TEXT)).toEqual(["anna", " bob ", "cy"]);
    expect(chars.tokens).toEqual(["<EOS>", " ", "a", "b", "n", "c", "o", "y"]);
  });

  it("refuses a vocabulary without <EOS> and a text without a line", () => {
    expect(() => encodeLines("a", CharVocabulary.fromText("a"))).toThrow(/a vocabulary with <EOS>, got one without/);
    expect(() => encodeLines("\n \n", chars)).toThrow(/at least one line that is not empty, got 2 empty lines/);
  });
});
