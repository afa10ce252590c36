/** What a classifier reads beside texts, and answers beside single labels. */
import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { Random } from "../core/random.ts";
import { DataFaults } from "../data/data-faults.ts";
import type { Label, LabelledSequence, SequenceValue } from "../data/sources/labelled-sequence.ts";
import type { Waveform } from "../data/sources/wav.ts";
import type { TrainingState } from "../training/trainer.ts";
import { Classifier } from "./classifier.ts";
import { trainClassifier } from "./train-classifier.ts";

const SMALL = { hiddenSize: 12, embeddingSize: 4, batchSize: 16, learningRate: 0.02, validFraction: 0.2 } as const;

const random = new Random(1, "classifier kinds");
let lots = 0;
const draw = (): number => random.uniform(lots++);

/** Vectors of two numbers far from 0 and 1 in size; the label is whether the first column rises. */
const WAVES: readonly LabelledSequence<string>[] = Array.from({ length: 160 }, (_, i) => {
  const slope = i % 2 === 0 ? 1 : -1;
  const sequence = Array.from({ length: 3 + (i % 5) }, (_, t) => [1000 + 10 * slope * t + 5 * draw(), 1e-6 * draw()]);
  return { sequence, label: slope > 0 ? "rises" : "falls" };
});

/** Texts of a, b and c; each letter that is in a text is a label of it. */
const LETTERS: readonly LabelledSequence<readonly string[]>[] = Array.from({ length: 200 }, () => {
  const sequence = Array.from({ length: 5 }, () => "abcxyz"[Math.floor(6 * draw())]).join("");
  return { sequence, label: ["a", "b", "c"].filter((letter) => sequence.includes(letter)) };
});

/** Strings of stars and dots, rated by how many stars there are, in a unit of its own. */
const STARS: readonly LabelledSequence<number>[] = Array.from({ length: 200 }, () => {
  const sequence = Array.from({ length: 1 + Math.floor(6 * draw()) }, () => (draw() < 0.5 ? "*" : ".")).join("");
  return { sequence, label: 500 + 100 * sequence.split("*").length };
});

/** Symbols of several letters; the label is the last direction. */
const MOVES: readonly LabelledSequence<string>[] = Array.from({ length: 120 }, (_, i) => {
  const all = ["up", "down", "left", "right"];
  const sequence = Array.from({ length: 1 + (i % 4) }, () => all[Math.floor(4 * draw())]!);
  return { sequence, label: sequence.at(-1)! };
});

/** Clips of a low or a high tone, of unequal lengths. */
const TONES: readonly LabelledSequence<string>[] = Array.from({ length: 24 }, (_, i) => {
  const hz = (i % 2 === 0 ? 300 : 1800) + 100 * draw();
  const samples = Float32Array.from({ length: 1600 + 200 * (i % 3) }, (_, n) => 0.3 * Math.sin((n * hz) / 1273 + i));
  return { sequence: { samples, sampleRateHz: 8000 }, label: i % 2 === 0 ? "low" : "high" };
});

const KINDS: Readonly<Record<string, readonly LabelledSequence[]>> = {
  "vectors to a label": WAVES,
  "texts to several labels": LETTERS,
  "texts to a number": STARS,
  "symbols to a label": MOVES,
  "sounds to a label": TONES,
};

describe.each(Object.entries(KINDS))("trainClassifier, %s", (_, examples) => {
  const sequences = examples.slice(0, 7).map(({ sequence }) => sequence);

  it("answers with the same bits alone, in a batch and after loading", async () => {
    const model = await trainClassifier(examples, { ...SMALL, steps: 3, layers: 2 }).model;
    const together = model.scores(sequences);
    const again = await Classifier.fromFiles(model.toFiles(), "saved");
    sequences.forEach((sequence, i) => {
      expectSameBits(model.scores([sequence])[0]!, together[i]!, `sequence ${i}`);
      expectSameBits(again.scores([sequence])[0]!, together[i]!, `sequence ${i}`);
      expect(again.predict(sequence)).toEqual(model.predictMany(sequences)[i]);
    });
    expect(() => model.session()).toThrow("a bidirectional one, which must see the whole sequence first");
  });

  it("resumes to the same bits", async () => {
    const options = { ...SMALL, steps: 6, scheduleSteps: 6, evaluateEvery: 3, dropout: 0.3 };
    const whole = await trainClassifier(examples, options).model;
    let state: TrainingState | undefined;
    const save = async (saved: TrainingState): Promise<void> => {
      state = saved;
    };
    await trainClassifier(examples, { ...options, steps: 3 }, { save }).model;
    const resumed = await trainClassifier(examples, options, { resume: state }).model;
    for (const [name, { data }] of whole.toFiles().weights) {
      expectSameBits(resumed.toFiles().weights.get(name)!.data, data, name);
    }
  });

  it("leaves out validation examples of another kind and counts them, or names the first", async () => {
    const strange: readonly LabelledSequence[] = [
      { sequence: [[1, 2, 3]], label: examples[0]!.label, where: "a.jsonl, line 4" },
      { sequence: sequences[0]!, label: ["what", "is", "this"], where: "a.jsonl, line 7" },
    ];
    const valid = [...examples.slice(0, 4), ...strange];
    expect(() => trainClassifier(examples, SMALL, { valid })).toThrow(/^a\.jsonl, line 4.*2 records are bad/);
    const faults = new DataFaults({ skip: true });
    const { summary } = trainClassifier(examples, { ...SMALL, steps: 1 }, { valid, faults });
    expect((await summary).valid.examples).toBe(4);
    expect(faults.count).toBe(2);
  });
});

describe.each(Object.entries(KINDS))("a session of trainClassifier, %s", (_, examples) => {
  it.each(["mean", "attention"] as const)("reads a step at a time as it predicts (%s)", async (pooling) => {
    const options = { ...SMALL, steps: 3, bidirectional: false, pooling };
    const model: Classifier = await trainClassifier<Label>(examples, options).model;
    for (const { sequence } of examples.slice(0, 5)) {
      let session = model.session();
      let answer: unknown;
      for (const each of model.steps(sequence)) {
        answer = session.step(each);
        session = model.session(JSON.parse(JSON.stringify(session.fork())));
      }
      expect(answer).toEqual(model.predict(sequence));
    }
  });
});

describe("trainClassifier of sounds", () => {
  it("answers after each piece of a clip as if it ended there", async () => {
    const options = { ...SMALL, steps: 3, bidirectional: false };
    const model = await trainClassifier(TONES, options).model;
    const { samples, sampleRateHz } = TONES[4]!.sequence as Waveform;
    const session = model.session();
    for (let from = 0, size = 1; from < samples.length; from += size, size = (size * 3) % 701) {
      const answer = session.step(samples.subarray(from, from + size));
      expect(answer).toEqual(model.predict({ samples: samples.slice(0, from + size), sampleRateHz }));
    }
    expect(() => session.step(new Float32Array())).toThrow("expected samples, got none");
    expect(() => session.step("low")).toThrow('expected samples, got "low"');
  });
});

describe("trainClassifier of numbers", () => {
  it("learns from vectors whose columns are of any size", async () => {
    const run = trainClassifier(WAVES, { ...SMALL, epochs: 12 });
    const { valid, baselines } = await run.summary;
    expect(valid.accuracy).toBe(1);
    expect(baselines.map(({ name }) => name)).toEqual(["most frequent label"]);
    const { output } = (await run.model).predict([
      [1010, 0],
      [1024, 0],
      [1033, 0],
    ]);
    expect(output).toBe("rises");
  });

  it("keeps mean and deviation of the training part alone", async () => {
    const train = [1, 2, 3, 4].map((x) => ({ sequence: [x, 10 * x], label: x < 3 ? "small" : "large" }));
    const model = await trainClassifier(train, { ...SMALL, steps: 1 }, { valid: WAVES.slice(0, 0) }).model;
    const values = train.flatMap(({ sequence }) => sequence);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const scaler = model.input.toJSON().scaler as { offset: number[]; scale: number[] };
    expect(scaler.offset[0]).toBeCloseTo(mean, 12);
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(scaler.scale[0]).toBeCloseTo(Math.sqrt(variance), 12);
  });

  it.each<[string, SequenceValue, string]>([
    ["a text", "1 2", "predict: expected vectors of 2 numbers, got a text"],
    ["no step", [], "predict: expected one step or more, got none"],
    [
      "NaN",
      [
        [1, 2],
        [Number.NaN, 0],
      ],
      "predict, step 2: expected 2 finite numbers, got [NaN, 0]",
    ],
    ["a ragged row", [[1, 2], [3]], "predict, step 2: expected 2 finite numbers, got [3]"],
  ])("refuses %s and says where", async (_, sequence, message) => {
    const model = await trainClassifier(WAVES, { ...SMALL, steps: 1 }).model;
    expect(() => model.predict(sequence)).toThrow(message);
  });
});

describe("trainClassifier of several labels", () => {
  it("learns each of them, and none where there is none", async () => {
    const run = trainClassifier(LETTERS, { ...SMALL, epochs: 30 });
    const { valid, baselines } = await run.summary;
    expect(valid.microF1).toBeGreaterThan(0.97);
    expect(Object.keys(valid)).toEqual(["microF1", "macroF1", "accuracy", "examples"]);
    expect(baselines.map(({ name }) => name)).toEqual(["most frequent set of labels"]);
    expect(baselines[0]!.metrics.microF1).toBeLessThan(0.8);
    const model = await run.model;
    const { output, scores } = model.predict("xbaxy");
    expect(output).toEqual(["a", "b"]);
    expect(Object.keys(scores)).toEqual(["a", "b", "c"]);
    expect(Object.values(scores).map((p) => p >= 0.5)).toEqual([true, true, false]);
    expect(model.predict("xyzzy").output).toEqual([]);
    expect(() => model.confusion(LETTERS)).toThrow("a model of one label for each sequence");
    expect(model.confusions(LETTERS)).toBeUndefined();
  });

  it("counts the most frequent set of the training part", async () => {
    const train = [["a"], ["b"], ["a", "b"], ["a", "b"], ["a"], ["a", "b"]].map((label) => ({ sequence: "x", label }));
    const options = { ...SMALL, steps: 1, dropDuplicates: false };
    const valid = [{ sequence: "x", label: ["a"] }];
    const { baselines } = await trainClassifier(train, options, { valid }).summary;
    // a and b are said: one is right, one is not
    expect(baselines[0]!.metrics.microF1).toBeCloseTo(2 / 3, 12);
    expect(baselines[0]!.metrics.accuracy).toBe(0);
  });

  it("has no class weights", () => {
    expect(() => trainClassifier(LETTERS, { ...SMALL, classWeights: "balanced" })).toThrow(
      "expected none, unless each example has one label",
    );
  });
});

describe("trainClassifier of a rating", () => {
  it("answers a number in the unit of the data, with less than a quarter of the error of the mean", async () => {
    const run = trainClassifier(STARS, { ...SMALL, epochs: 30, pooling: "last" });
    const { valid, baselines } = await run.summary;
    expect(baselines.map(({ name }) => name)).toEqual(["mean"]);
    expect(valid.mae).toBeLessThan(0.25 * baselines[0]!.metrics.mae!);
    expect(Object.keys(valid)).toEqual(["mae", "rmse", "examples"]);
    const { output, scores } = (await run.model).predict("**.");
    expect(Math.abs(output - 800)).toBeLessThan(40);
    expect(scores).toBeUndefined();
  });

  it("holds it against the mean of the training part", async () => {
    const train = [1, 2, 6].map((label) => ({ sequence: "x".repeat(label), label }));
    const valid = [{ sequence: "x", label: 5 }];
    const { baselines } = await trainClassifier(train, { ...SMALL, steps: 1 }, { valid }).summary;
    expect(baselines[0]!.metrics.mae).toBeCloseTo(2, 5);
  });
});

describe("trainClassifier of one step, Tx = Ty = 1", () => {
  it("is a function of a number: its answer is a number, too", async () => {
    const examples = Array.from({ length: 80 }, (_, i) => ({ sequence: [i / 10], label: 3 * (i / 10) + 1 }));
    const run = trainClassifier(examples, { ...SMALL, epochs: 150, pooling: "last", bidirectional: false });
    const { valid, baselines } = await run.summary;
    expect(valid.mae).toBeLessThan(0.05 * baselines[0]!.metrics.mae!);
    const model = await run.model;
    expect(model.steps([4.5])).toEqual([4.5]);
    expect(Math.abs(model.predict([4.5]).output - 14.5)).toBeLessThan(0.5);
    expect(model.session().step(4.5)).toEqual(model.predict([4.5]));
  });
});
