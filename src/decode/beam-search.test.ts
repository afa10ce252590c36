import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { type Advanced, type BeamSearchOptions, beamSearch } from "./beam-search.ts";

const VOCABULARY = 4;
const END = 0;

/** A made-up language: log p of the next token is a pure function of all before it. */
function languageOf(seed: number) {
  const logProbabilities = (tokens: readonly number[]): number[] => {
    const random = new Random(seed, `after ${tokens.join()}`);
    const weights = Array.from({ length: VOCABULARY }, (_, i) => 0.05 + random.uniform(i));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => Math.log(weight / total));
  };
  /** The state is all tokens read so far, the start left out. */
  const advance = (states: readonly number[][], tokens: Int32Array): Advanced<number[]>[] =>
    states.map((before, i) => {
      const state = tokens[i] === -1 ? [] : [...before, tokens[i]!];
      return { logProbabilities: logProbabilities(state), state };
    });
  return { logProbabilities, advance };
}

/** Every sequence up to maxLength with its log p, those that end and those that are cut. */
function everySequence(seed: number, maxLength: number): { tokens: number[]; logProbability: number }[] {
  const { logProbabilities } = languageOf(seed);
  const all: { tokens: number[]; logProbability: number }[] = [];
  const visit = (tokens: number[], logProbability: number): void => {
    logProbabilities(tokens).forEach((own, token) => {
      const [longer, sum] = [[...tokens, token], logProbability + own];
      if (token === END || longer.length === maxLength) all.push({ tokens: longer, logProbability: sum });
      else visit(longer, sum);
    });
  };
  visit([], 0);
  return all;
}

const OPTIONS: BeamSearchOptions = { width: 1, maxLength: 5, endId: END, startId: -1 };
const search = (seed: number, options: Partial<BeamSearchOptions>) =>
  beamSearch([[] as number[]], languageOf(seed).advance, { ...OPTIONS, ...options })[0]!;

describe("beamSearch", () => {
  it("finds with a beam as wide as there are sequences what an exhaustive search finds, for every α", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.constantFrom(0, 0.5, 0.7, 1, 2),
        fc.integer({ min: 1, max: 4 }),
        (seed, alpha, longest) => {
          const score = (one: { tokens: number[]; logProbability: number }) =>
            one.logProbability / one.tokens.length ** alpha;
          const all = everySequence(seed, longest).sort((a, b) => score(b) - score(a));
          const found = search(seed, { width: 400, maxLength: longest, lengthPenalty: alpha });
          expect(found.map((one) => one.tokens)).toEqual(all.map((one) => one.tokens));
          found.forEach((one, i) => {
            expect(one.logProbability).toBeCloseTo(all[i]!.logProbability, 10);
            expect(one.score).toBeCloseTo(score(all[i]!), 10);
          });
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it("takes with a beam of 1 the likeliest token at each step", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { logProbabilities } = languageOf(seed);
      const tokens: number[] = [];
      while (tokens.length < OPTIONS.maxLength && tokens.at(-1) !== END) {
        const own = logProbabilities(tokens);
        tokens.push(own.indexOf(Math.max(...own)));
      }
      for (const lengthPenalty of [0, 0.7, 1]) {
        const found = search(seed, { lengthPenalty });
        expect(found.map((one) => one.tokens)).toEqual([tokens]);
      }
    }
  });

  it("gives each search the same hypotheses alone as beside others", () => {
    const starts = [[], [1], [2, 3], [3]];
    const advance = (states: readonly number[][], tokens: Int32Array): Advanced<number[]>[] =>
      languageOf(5).advance(
        states,
        tokens.map((token) => (token === -1 ? 2 : token)),
      );
    const options = { ...OPTIONS, width: 3 };
    const together = beamSearch(starts, advance, options);
    starts.forEach((start, i) => {
      expect(together[i]).toEqual(beamSearch([start], advance, options)[0]);
    });
  });

  it("hands back the state of each step, best hypothesis first", () => {
    const found = search(3, { width: 4 });
    expect(found.length).toBe(4);
    for (const { tokens, states } of found) {
      expect(states).toEqual(tokens.map((_, i) => tokens.slice(0, i)));
    }
    expect(found.map((one) => one.score)).toEqual(found.map((one) => one.score).sort((a, b) => b - a));
  });

  it("favours longer sequences as α grows", () => {
    const lengths = (alpha: number): number => {
      let total = 0;
      for (let seed = 0; seed < 100; seed++)
        total += search(seed, { width: 5, lengthPenalty: alpha })[0]!.tokens.length;
      return total;
    };
    expect(lengths(0)).toBeLessThan(lengths(0.7));
    expect(lengths(0.7)).toBeLessThan(lengths(1.5));
  });

  it("refuses numbers out of range", () => {
    expect(() => search(1, { width: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: beamSearch, option width: expected an integer of at least 1, got 0.]`,
    );
    expect(() => search(1, { maxLength: 1.5 })).toThrow(/option maxLength/);
    expect(() => search(1, { lengthPenalty: -1 })).toThrow(/option lengthPenalty/);
  });
});

it("a search asks for what it needs, and for nothing that it has not", () => {
  const search = (options: unknown) => () => beamSearch([0], () => [], options as BeamSearchOptions);
  expect(search(undefined)).toThrow("beamSearch: expected an object of options, got undefined.");
  expect(search({ width: 1, maxLength: 2, startId: 0 })).toThrow("beamSearch, option endId: expected an integer");
  expect(search({ width: 1, maxLength: 2, startId: 0, endId: 1, lenghtPenalty: 3 })).toThrow(
    'got "lenghtPenalty". Did you mean lengthPenalty?',
  );
});
