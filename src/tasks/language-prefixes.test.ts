import { describe, expect, it } from "vitest";
import type { LanguageModel } from "./language-model.ts";
import { languagePrefixes } from "./language-prefixes.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const LINES = Array.from({ length: 40 }, (_, i) => ["seven", "six", "nine", "ten"][i % 4]!);
const SMALL = { hiddenSize: 8, steps: 3, batchSize: 2, bptt: 4 } as const;
const CHARACTERS = ["e", "i", "n", "s", "t", "v", "x"];

function logProbability(model: LanguageModel, text: string): number {
  const prefixes = languagePrefixes(model, CHARACTERS);
  let [total, state] = [0, prefixes.start];
  for (const character of text) {
    const next = prefixes.extend(state, CHARACTERS.indexOf(character) + 1);
    prefixes.extend(state, 1); // another continuation changes nothing
    total += next.logProbability;
    state = next.state;
  }
  return total + prefixes.end(state);
}

describe("languagePrefixes", () => {
  it("gives a text the log-probability that the language model gives it, its end too where texts are lines", async () => {
    const lines = await trainLanguageModel(LINES, { ...SMALL, lines: true }).model;
    const running = await trainLanguageModel(LINES.join("\n"), SMALL).model;
    for (const model of [lines, running]) {
      for (const text of ["seven", "x", "tests"]) {
        expect(logProbability(model, text)).toBeCloseTo(model.score(text).logProbability, 4);
      }
    }
  });

  it("refuses a model of words, and one that lacks a character", async () => {
    const words = await trainLanguageModel(LINES.join(" "), { ...SMALL, unit: "word" }).model;
    expect(() => languagePrefixes(words, CHARACTERS)).toThrow(
      "language model: expected a model of characters that knows those of the transcripts, got one of words.",
    );
    const digits = await trainLanguageModel("0123456789".repeat(9), SMALL).model;
    expect(() => languagePrefixes(digits, ["1", "e"])).toThrow('got one without "e".');
  });
});
