import { describe, expect, it } from "vitest";
import { likeliest, naiveBayes, positionalNaiveBayes } from "./naive-bayes.ts";

const probabilities = (scores: Float64Array): number[] => {
  const shares = Array.from(scores, (score) => Math.exp(score));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
};

describe("naiveBayes", () => {
  it("gives the worked example of Manning, Raghavan and Schütze (13.1), with priors of one more a class", () => {
    const texts = ["Chinese Beijing Chinese", "Chinese Chinese Shanghai", "Chinese Macao", "Tokyo Japan Chinese"];
    const bayes = naiveBayes(
      texts.map((text) => text.split(" ")),
      [1, 1, 1, 0],
      2,
      { order: 1 },
    );
    const test = "Chinese Chinese Chinese Tokyo Japan".split(" ");
    const china = (4 / 6) * (6 / 14) ** 3 * (1 / 14) ** 2;
    const other = (2 / 6) * (2 / 9) ** 3 * (2 / 9) ** 2;
    expect(probabilities(bayes.scores(test))[1]).toBeCloseTo(china / (china + other), 12);
    expect(bayes.name).toBe("unigram naive Bayes");
  });

  it("tells by pairs what single words do not, and takes words that it never saw for nothing", () => {
    const texts = [
      ["not", "good"],
      ["good", "not"],
    ];
    const single = naiveBayes(texts, [0, 1], 2, { order: 1 });
    expect(probabilities(single.scores(["not", "good"]))[0]).toBeCloseTo(0.5, 12);
    const pairs = naiveBayes(texts, [0, 1], 2);
    expect(likeliest(pairs.scores(["not", "good"]))).toBe(0);
    expect(likeliest(pairs.scores(["good", "not"]))).toBe(1);
    expect([...pairs.scores(["new", "words"])]).toEqual([...pairs.scores([])]);
    expect(pairs.name).toBe("bigram naive Bayes");
  });

  it("sees the last letter of a name as the last, with ends", () => {
    const names = ["anna", "adam", "ama", "alan"].map((name) => [...name]);
    const bayes = naiveBayes(names, [1, 0, 1, 0], 2, { order: 2, ends: true });
    expect(likeliest(bayes.scores([..."nama"]))).toBe(1);
    expect(naiveBayes(names, [1, 0, 1, 0], 2, { order: 4 }).name).toBe("4-gram naive Bayes");
  });

  it("refuses no example at all", () => {
    expect(() => naiveBayes([], [], 2)).toThrow("naiveBayes: expected as many targets as sequences");
  });
});

describe("positionalNaiveBayes", () => {
  it("tells by place what counts alone do not", () => {
    const sequences = ["ab", "ab", "ba", "ba"].map((text) => [...text]);
    const bayes = positionalNaiveBayes(sequences, [0, 0, 1, 1], 2);
    // (3/4 · 3/4) against (1/4 · 1/4)
    expect(probabilities(bayes.scores(["a", "b"]))[0]).toBeCloseTo(0.9, 12);
    expect(likeliest(bayes.scores(["b", "a"]))).toBe(1);
  });

  it("refuses sequences of unequal lengths", () => {
    expect(() => positionalNaiveBayes([["a"], ["a", "b"]], [0, 1], 2)).toThrow(
      "positionalNaiveBayes, sequence 1: expected 1 tokens, as in the first, got 2.",
    );
  });
});
