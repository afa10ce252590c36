import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bleu } from "./bleu.ts";
import { exactMatch } from "./exact-match.ts";
import { tokenize13a } from "./tokenize-13a.ts";

interface Vectors {
  readonly tokens: readonly { readonly text: string; readonly tokens: string[] }[];
  readonly corpora: readonly {
    readonly predictions: string[];
    readonly references: string[][];
    readonly bleu: number;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../test/golden/sacrebleu/vectors.json", import.meta.url), "utf8"),
) as Vectors;

describe("tokenize13a", () => {
  it("gives the tokens that sacreBLEU gives", () => {
    for (const { text, tokens } of vectors.tokens) expect(tokenize13a(text), JSON.stringify(text)).toEqual(tokens);
  });
});

describe("bleu", () => {
  it("gives the score that sacreBLEU gives, within 1e-9", () => {
    expect(vectors.corpora.length).toBeGreaterThan(20);
    for (const { predictions, references, bleu: score } of vectors.corpora) {
      expect(Math.abs(bleu(predictions, references) - score), predictions[0]).toBeLessThan(1e-9);
    }
  });

  it("is what the definition gives by hand: 5/7 of the words, 3/6 of the pairs, 1/5 of the threes, no four", () => {
    const expected = 100 * ((((((5 / 7) * 3) / 6) * 1) / 5) * (1 / (2 * 4))) ** 0.25;
    expect(bleu(["a b c x d e y"], [["a b c d e f g"]])).toBeCloseTo(expected, 9);
  });

  it("is 100 for what is right, whichever reference it is, and lower for what is short", () => {
    expect(bleu(["a b c d e", "f g h i"], [["x", "a b c d e"], ["f g h i"]])).toBeCloseTo(100, 9);
    expect(bleu(["a b c d"], [["a b c d e f g h"]])).toBeCloseTo(100 * Math.exp(1 - 8 / 4), 9);
  });

  it("refuses another number of predictions than references, and a prediction without any", () => {
    expect(() => bleu(["a"], [])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: bleu: expected one reference or more for each prediction, got 0 for 1.]`,
    );
    expect(() => bleu(["a", "b"], [["a"], []])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: bleu: expected one reference or more for each prediction, got none at index 1.]`,
    );
  });
});

describe("exactMatch", () => {
  it("counts what equals one of its references", () => {
    expect(exactMatch(["a", "b", "c"], [["x", "a"], ["B"], ["c"]])).toBe(2 / 3);
    expect(exactMatch([], [])).toBe(0);
    expect(() => exactMatch(["a"], [])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: exactMatch: expected a prediction for each of 0 references, got 1.]`,
    );
  });
});
