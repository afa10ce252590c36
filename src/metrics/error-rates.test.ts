import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { bleu } from "./bleu.ts";
import { characterErrorRate } from "./character-error-rate.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { editDistance } from "./edit-distance.ts";
import { entityF1 } from "./entity-f1.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { naiveBayes } from "./naive-bayes.ts";
import { tokenAccuracy } from "./token-accuracy.ts";
import { wordErrorRate } from "./word-error-rate.ts";

/** The definition, without a table. */
function plainDistance(a: readonly unknown[], b: readonly unknown[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [x, ...as] = a;
  const [y, ...bs] = b;
  return Math.min(plainDistance(as, b) + 1, plainDistance(a, bs) + 1, plainDistance(as, bs) + (x === y ? 0 : 1));
}

describe("editDistance", () => {
  it.each([
    ["kitten", "sitting", 3],
    ["intention", "execution", 5],
    ["", "abc", 3],
    ["abc", "", 3],
    ["", "", 0],
    ["same", "same", 0],
  ])("of %j and %j is %i", (a, b, expected) => {
    expect(editDistance([...a], [...b])).toBe(expected);
  });

  it("is that of the recursive definition, and the same both ways", () => {
    const random = new Random(3, "edit distance");
    for (let i = 0; i < 60; i++) {
      const draw = (place: number) =>
        Array.from({ length: random.integer(place, 6) }, (_, k) => random.integer(1000 + place * 10 + k, 3));
      const [a, b] = [draw(2 * i), draw(2 * i + 1)];
      expect(editDistance(a, b), `${a} and ${b}`).toBe(plainDistance(a, b));
      expect(editDistance(b, a)).toBe(editDistance(a, b));
    }
  });
});

describe("error rates", () => {
  it("are edits over the length of all references together, not a mean of rates", () => {
    // 1 of 1 words and 0 of 3 words wrong
    expect(wordErrorRate(["b", "c d e"], ["a", "c d e"])).toBe(1 / 4);
    expect(characterErrorRate(["b", "cde"], ["a", "cde"])).toBe(1 / 4);
  });

  it("count a deletion, an insertion and a substitution as one each", () => {
    expect(wordErrorRate(["the cat", "the the cat", "the dog"], ["cat", "the cat", "the cat"])).toBe(3 / 5);
  });

  it("split words at any run of white space", () => {
    expect(wordErrorRate(["  seven\tone \n two"], ["seven one two"])).toBe(0);
  });

  it("count code points, spaces among them", () => {
    expect(characterErrorRate(["\u{1f600}"], ["\u{1f601}"])).toBe(1);
    expect(characterErrorRate(["ab"], ["a b"])).toBe(1 / 3);
  });

  it("are finite where every reference is empty", () => {
    expect(wordErrorRate(["", "one two"], ["", ""])).toBe(2);
    expect(characterErrorRate([""], [""])).toBe(0);
  });

  it("refuse another number of predictions than of references", () => {
    expect(() => wordErrorRate(["a"], [])).toThrow(
      "wordErrorRate: expected a prediction for each of 0 references, got 1.",
    );
    expect(() => characterErrorRate([], ["a"])).toThrow(
      "characterErrorRate: expected a prediction for each of 1 references, got 0.",
    );
  });
});

it("error rates, accuracies and scores are of lists", () => {
  const texts = ["a b"] as never;
  for (const wrong of [undefined, "a b"]) {
    expect(() => characterErrorRate(wrong as never, texts)).toThrow(": expected a list, got ");
    expect(() => wordErrorRate(texts, wrong as never)).toThrow(": expected a list, got ");
    expect(() => bleu(texts, [wrong] as never)).toThrow("bleu: expected a list, got ");
    expect(() => entityF1([wrong] as never, texts)).toThrow("entityF1: expected a list, got ");
    expect(() => tokenAccuracy(texts, texts)).toThrow('tokenAccuracy: expected a list, got "a b".');
    expect(() => meanAbsoluteError(wrong as never, [1])).toThrow("meanAbsoluteError: expected a list, got ");
    expect(() => new ConfusionMatrix(wrong as never, [1], 2)).toThrow("ConfusionMatrix: expected a list, got ");
    expect(() => naiveBayes(wrong as never, [1], { classes: 2, vocabularySize: 2 } as never)).toThrow(
      "expected a list, got ",
    );
  }
});

it("what is like a list is one", () => {
  const numbers = { length: 2, 0: 0, 1: 1 };
  expect(new ConfusionMatrix(numbers, Uint8Array.of(0, 1), 2).accuracy).toBe(1);
  expect(() => new ConfusionMatrix(null as never, numbers, 2)).toThrow("ConfusionMatrix: expected a list, got null.");
});

it("scores take more sequences than a call takes arguments", () => {
  const tags = Array.from({ length: 300_000 }, () => ["O", "B-PER"]);
  expect(entityF1(tags, tags).f1).toBe(1);
  expect(tokenAccuracy(tags, tags)).toBe(1);
  const texts = tags.map(() => "a b c d");
  expect(
    bleu(
      texts,
      texts.map((text) => [text]),
    ),
  ).toBeCloseTo(100, 6);
});
