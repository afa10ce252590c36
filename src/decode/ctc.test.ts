import { describe, expect, it } from "vitest";
import { ctcLoss } from "../autograd/ctc-loss.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { fillNormal } from "../core/random-normal.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { ctcBeam, type PrefixScorer } from "./ctc-beam.ts";
import { ctcGreedy } from "./ctc-greedy.ts";

const engine = new ReferenceEngine();

function draw(frames: number, classes: number, purpose: string, scale = 2): Float32Array {
  const scores = new Float32Array(frames * classes);
  fillNormal(new Random(4, purpose), scores, 0, scale);
  return scores;
}

/** Every sequence of up to `longest` labels. */
function* sequences(classes: number, longest: number, from: readonly number[] = []): Generator<number[]> {
  yield [...from];
  if (from.length === longest) return;
  for (let k = 1; k < classes; k++) yield* sequences(classes, longest, [...from, k]);
}

/** log p of labels, by the loss, which is checked by brute force over alignments. */
function logProbability(scores: Float32Array, classes: number, labels: number[]): number {
  const frames = scores.length / classes;
  const repeats = labels.filter((label, i) => label === labels[i - 1]).length;
  if (labels.length + repeats > frames) return Number.NEGATIVE_INFINITY;
  return step(engine, () => {
    const x = Tensor.from(engine, frames, classes, scores);
    return -ctcLoss(x, new Packing([frames]), [labels]).item();
  });
}

/** One-hot scores of a path. */
function scoresOf(path: readonly number[], classes: number): Float32Array {
  const scores = new Float32Array(path.length * classes);
  path.forEach((k, t) => {
    scores[t * classes + k] = 5;
  });
  return scores;
}

describe("ctcGreedy", () => {
  it.each([
    [
      [0, 1, 1, 0, 1, 2, 2],
      [1, 1, 2],
    ],
    [[1, 1, 1], [1]],
    [[0, 0], []],
    [[], []],
    [
      [2, 0, 2],
      [2, 2],
    ],
  ])("of the path %j gives the labels %j", (path, labels) => {
    expect(ctcGreedy(scoresOf(path, 3), 3).labels).toEqual(labels);
  });

  it("gives the same labels for a stream in pieces as for the whole", () => {
    const scores = draw(40, 4, "stream");
    const whole = ctcGreedy(scores, 4).labels;
    for (const size of [1, 3, 7]) {
      const labels: number[] = [];
      let before = 0;
      for (let t = 0; t < 40; t += size) {
        const piece = ctcGreedy(scores.subarray(t * 4, (t + size) * 4), 4, { before });
        labels.push(...piece.labels);
        before = piece.last;
      }
      expect(labels).toEqual(whole);
    }
  });

  it("takes another class as the blank", () => {
    expect(ctcGreedy(scoresOf([2, 0, 0, 2, 0], 3), 3, { blank: 2 }).labels).toEqual([0, 0]);
  });
});

describe("ctcBeam", () => {
  it.each([1, 2, 3, 4, 5])("with a beam that holds all prefixes finds the likeliest labels of %i frames", (frames) => {
    for (let i = 0; i < 10; i++) {
      const scores = draw(frames, 3, `exhaustive ${frames} ${i}`);
      const all = [...sequences(3, frames)].map((labels) => ({ labels, p: logProbability(scores, 3, labels) }));
      const possible = all.filter(({ p }) => p > Number.NEGATIVE_INFINITY).sort((a, b) => b.p - a.p);
      const found = ctcBeam(scores, 3, { beamSize: 1000 });
      expect(found.map(({ labels }) => labels)).toEqual(possible.map(({ labels }) => labels));
      found.forEach((hypothesis, rank) => {
        expect(Math.abs(hypothesis.logProbability - possible[rank]!.p)).toBeLessThan(1e-6);
        expect(hypothesis.score).toBe(hypothesis.logProbability);
      });
    }
  });

  it("finds what the best path misses: many alignments of one label against one of none", () => {
    // each frame: blank 0.4, a 0.35, b 0.25; the best path is all blanks, but "a" is likelier as a whole
    const frame = [0.4, 0.35, 0.25].map(Math.log);
    const scores = [...frame, ...frame];
    expect(ctcGreedy(scores, 3).labels).toEqual([]);
    const [best] = ctcBeam(scores, 3);
    expect(best!.labels).toEqual([1]);
    expect(best!.logProbability).toBeCloseTo(Math.log(0.35 * 0.35 + 2 * 0.4 * 0.35), 12);
  });

  it("with a narrow beam never claims more than the whole probability", () => {
    for (let i = 0; i < 10; i++) {
      const scores = draw(12, 5, `narrow ${i}`);
      for (const beamSize of [1, 2, 8]) {
        for (const { labels, logProbability: p } of ctcBeam(scores, 5, { beamSize })) {
          expect(p).toBeLessThanOrEqual(logProbability(scores, 5, labels) + 1e-6);
        }
      }
    }
  });

  /** A bigram model over two labels: a label is followed by the other one, mostly; the end is as likely as it is said. */
  const bigram = (same: number, end: number): PrefixScorer<number> => ({
    start: 0,
    extend: (before, label) => ({
      logProbability: Math.log(before === 0 ? 0.5 : before === label ? same : 1 - same),
      state: label,
    }),
    end: (last) => Math.log(last === 1 ? end : 1 - end),
  });

  it("ranks by sound, language model and bonus together, as an exhaustive search does", () => {
    const [frames, weight, bonus] = [4, 0.7, 0.3];
    const languageModel = bigram(0.1, 0.2);
    for (let i = 0; i < 10; i++) {
      const scores = draw(frames, 3, `language model ${i}`, 1);
      const scored = [...sequences(3, frames)].map((labels) => {
        let state = languageModel.start;
        let prior = 0;
        for (const label of labels) {
          const next = languageModel.extend(state, label);
          prior += next.logProbability;
          state = next.state;
        }
        prior += languageModel.end(state);
        return { labels, score: logProbability(scores, 3, labels) + weight * prior + bonus * labels.length };
      });
      const best = scored.sort((a, b) => b.score - a.score)[0]!;
      const options = { beamSize: 1000, languageModel, languageModelWeight: weight, labelBonus: bonus };
      const found = ctcBeam(scores, 3, options)[0]!;
      expect(found.labels).toEqual(best.labels);
      expect(Math.abs(found.score - best.score)).toBeLessThan(1e-6);
    }
  });

  it("asks the language model once for each prefix", () => {
    const asked: string[] = [];
    const languageModel: PrefixScorer<string> = {
      start: "",
      extend(state, label) {
        asked.push(state + label);
        return { logProbability: -1, state: state + label };
      },
      end: () => 0,
    };
    ctcBeam(draw(8, 4, "asked"), 4, { beamSize: 5, languageModel });
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("gives the empty sequence for no frame, and refuses a beam of 0", () => {
    expect(ctcBeam([], 3)).toEqual([{ labels: [], logProbability: 0, score: 0 }]);
    expect(() => ctcBeam([], 3, { beamSize: 0 })).toThrow(
      "ctcBeam, option beamSize: expected an integer of at least 1, got 0.",
    );
  });
});

describe("ctcBeam and ctcGreedy", () => {
  it.each([
    [[1, 2, 3], undefined, {}, "scores: expected whole frames of undefined classes, the blank among them, got 3."],
    [[1, 2, 3], 2, {}, "scores: expected whole frames of 2 classes, the blank among them, got 3."],
    [[1, 2], 0, {}, "scores: expected whole frames of 0 classes, the blank among them, got 2."],
    [undefined, 2, {}, "scores: expected whole frames of 2 classes, the blank among them, got undefined."],
    [[1, 2], 2, { blank: 9 }, "scores: expected whole frames of 2 classes, the blank among them, got 2."],
    [[1, 2], 2, { blnk: 1 }, 'got "blnk". Did you mean blank?'],
    [[1, 2], 2, null, ": expected an object of options, got null."],
  ])("refuse (%j, %j, %j)", (scores, classes, options, message) => {
    for (const decode of [ctcBeam, ctcGreedy]) {
      expect(() => decode(scores as never, classes as never, options as never)).toThrow(message);
    }
  });
});
