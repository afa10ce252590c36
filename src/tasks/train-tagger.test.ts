import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { Random } from "../core/random.ts";
import { DataFaults } from "../data/data-faults.ts";
import type { TrainingState } from "../training/index.ts";
import { Tagger } from "./tagger.ts";
import { taggerBaselines } from "./tagger-metrics.ts";
import type { TaggerOptions } from "./tagger-options.ts";
import { type TrainingSentence, trainTagger } from "./train-tagger.ts";

const NAMES = ["Harry", "Hermione", "Ron", "Luna", "Neville", "Ginny"];
const FAMILIES = ["Potter", "Granger", "Weasley", "Lovegood"];
const VERBS = ["sang", "met", "saw", "left", "heard"];
const PLACES = ["London", "Paris", "Oslo"];

/** "Harry Potter met Luna in Paris today": persons of one word or two, and a place after "in". */
function sentences(count: number, scheme: "bio" | "plain" = "bio"): TrainingSentence[] {
  const random = new Random(1, "tagged sentences");
  return Array.from({ length: count }, (_, i) => {
    const pick = (from: readonly string[], place: number): string => from[random.integer(16 * i + place, from.length)]!;
    const person = (place: number): [string, string][] => [
      [pick(NAMES, place), "B-PER"],
      ...(random.integer(16 * i + place + 1, 2) === 0
        ? [[pick(FAMILIES, place + 2), "I-PER"] as [string, string]]
        : []),
    ];
    const rest: [string, string][] = [
      ["in", "O"],
      [pick(PLACES, 8), "B-LOC"],
      ["today", "O"],
    ];
    const words: [string, string][] = [
      ...person(0),
      [pick(VERBS, 3), "O"],
      ...person(4),
      ...rest.slice(0, random.integer(16 * i + 9, 4)),
    ];
    return {
      tokens: words.map(([word]) => word),
      tags: words.map(([, tag]) => (scheme === "bio" ? tag : tag === "O" ? "0" : "1")),
    };
  });
}

const DATA = sentences(160);
const SMALL: TaggerOptions = { hiddenSize: 12, embeddingSize: 8, letterSize: 4, batchSize: 16, learningRate: 0.02 };

async function trained(options: TaggerOptions, data = DATA): Promise<Tagger> {
  return await trainTagger(data, { ...SMALL, ...options }).model;
}

describe("trainTagger", () => {
  it.each([
    { output: "crf" },
    { output: "softmax" },
    { output: "crf", tagScheme: "bioes", cell: "gru" },
  ] as const)("finds entities better than its baselines: %o", async (options) => {
    const run = trainTagger(DATA, { ...SMALL, ...options, epochs: 8 });
    const { valid, baselines } = await run.summary;
    expect(valid.entityF1).toBeGreaterThan(0.95);
    expect(Object.keys(valid)).toEqual(["entityF1", "tokenAccuracy", "tokens"]);
    expect(baselines.map(({ name }) => name)).toEqual(["training entities", "capitalised runs are persons"]);
    const { tags, entities, confidence } = (await run.model).predict("Luna Potter saw Ron in Oslo");
    expect(tags).toEqual(["B-PER", "I-PER", "O", "B-PER", "O", "B-LOC"]);
    expect(entities[0]).toEqual({ type: "PER", text: "Luna Potter", start: 1, end: 2 });
    for (const p of confidence) expect(p > 0 && p <= 1 + 1e-9).toBe(true);
  });

  it("tells kinds of names that it never saw apart by their features, as it cannot without", async () => {
    // towns end in -ville or -burg, persons in -son or -man; what stands around them is the same
    const beginnings = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => {
        const letter = (place: number): string =>
          String.fromCharCode(97 + new Random(from + i, "names").integer(place, 26));
        return letter(0).toUpperCase() + Array.from({ length: 5 }, (_, j) => letter(j + 1)).join("");
      });
    const tagged = (names: readonly string[]): TrainingSentence[] =>
      names.flatMap((name) =>
        [
          ["ville", "LOC"],
          ["burg", "LOC"],
          ["son", "PER"],
          ["man", "PER"],
        ].map(([ending, type]) => ({
          tokens: ["we", "saw", `${name}${ending}`, "today"],
          tags: ["O", "O", `B-${type}`, "O"],
        })),
      );
    const valid = tagged(beginnings(1000, 10));
    const f1 = async (features: boolean): Promise<number> => {
      const options: TaggerOptions = { ...SMALL, letterSize: 0, shapes: false, features, epochs: 6 };
      return (await trainTagger(tagged(beginnings(0, 40)), options, { valid }).summary).valid.entityF1!;
    };
    expect(await f1(true)).toBeGreaterThan(0.95);
    expect(await f1(false)).toBeLessThan(0.7);
  });

  it("learns plain tags, and tags of characters", async () => {
    const plain = await trainTagger(sentences(160, "plain"), { ...SMALL, epochs: 6 }).summary;
    expect(Object.keys(plain.valid)).toEqual(["tokenAccuracy", "tokens"]);
    expect(plain.valid.tokenAccuracy).toBeGreaterThan(0.97);
    expect(plain.baselines.map(({ name }) => name)).toEqual(["commonest tag", "token's commonest tag"]);

    // a base is 1 from the first TA on
    const bases = Array.from({ length: 120 }, (_, i) => {
      const random = new Random(i, "bases");
      const tokens = Array.from({ length: 20 }, (_, t) => "ACGT"[random.integer(t, 4)]!);
      const from = tokens.join("").indexOf("TA");
      return { tokens, tags: tokens.map((_, t) => (from >= 0 && t >= from ? "1" : "0")) };
    });
    const model = await trained({ unit: "char", bidirectional: false, epochs: 12, dropout: 0 }, bases);
    expect(model.predict("CCTGTACC").tags.join("")).toMatch(/^0000.111$/);
  });

  it.each([
    { wordDropout: 0.3 },
    { features: true, output: "softmax" },
    { fitOutsideBias: true, evaluateEvery: 2, patience: 5, output: "softmax" },
  ] as const)("ends in the same bytes when it is stopped and resumed: %o", async (more) => {
    const options: TaggerOptions = { ...SMALL, layers: 2, dropout: 0.2, seed: 1, ...more };
    let state: TrainingState | undefined;
    const save = async (now: TrainingState): Promise<void> => {
      state = now;
    };
    await trainTagger(DATA, { ...options, steps: 7 }, { save }).model;
    const resumed = await trainTagger(DATA, { ...options, steps: 13 }, { resume: state }).model;
    const straight = await trainTagger(DATA, { ...options, steps: 13 }).model;
    const [a, b] = [resumed.toFiles().weights, straight.toFiles().weights];
    expect([...a.keys()]).toEqual([...b.keys()]);
    for (const [name, { data }] of a) expectSameBits(data, b.get(name)!.data, name);
  });

  it("names the file and line of a tag that the training data has not", () => {
    const valid = [
      { tokens: ["Ron", "left"], tags: ["B-ELF", "I-ELF"], file: "valid.conll", lines: [7, 8], tagPlace: "column 2" },
    ];
    expect(() => trainTagger(DATA, SMALL, { valid })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: valid.conll, line 7, column 2: expected a tag of the training data: B-LOC, B-PER, I-PER, O, got "B-ELF". It is the only bad record; --skip-bad goes on without.]`,
    );
  });

  it("fits the bias of O so that no other is better on validation data, keeps and streams it", async () => {
    const options = { ...SMALL, output: "softmax", bidirectional: false, learningRate: 0.005, steps: 25 } as const;
    const valid = sentences(60);
    const plain = await trainTagger(DATA, options, { valid }).model;
    const fitted = await trainTagger(DATA, { ...options, fitOutsideBias: true }, { valid }).model;
    const tagged = valid.map((sentence) => ({ file: "valid", lines: [], ...sentence }));
    const reached = fitted.evaluate(tagged).entityF1!;
    expect(fitted.outsideBias).not.toBe(0);
    expect(reached).toBeGreaterThan(plain.evaluate(tagged).entityF1!);
    const chosen = fitted.outsideBias;
    for (let bias = -4; bias <= 4; bias += 0.25) {
      fitted.network.outsideBias!.assign([bias]);
      expect(fitted.evaluate(tagged).entityF1).toBeLessThanOrEqual(reached);
    }
    fitted.network.outsideBias!.assign([chosen]);

    // training itself is not touched
    for (const [name, { data }] of plain.toFiles().weights) {
      expectSameBits(fitted.toFiles().weights.get(name)!.data, data, name);
    }
    const read = await Tagger.fromFiles(fitted.toFiles(), "models/a");
    const text = "Harry Potter met Luna in Paris today";
    expect(read.predict(text)).toEqual(fitted.predict(text));
    const session = read.session();
    const steps = text.split(" ").map((token) => session.step(token));
    expect(steps.map(({ tag }) => tag)).toEqual(fitted.predict(text).tags);
    expectSameBits(
      steps.map(({ confidence }) => confidence),
      fitted.predict(text).confidence,
      "confidence",
    );
  });

  it("goes on without such sentences where faults are to be skipped, unless no other is left", async () => {
    const [elf, ron] = ["B-ELF", "B-PER"].map((tag) => ({ tokens: ["Ron"], tags: [tag] }));
    const faults = new DataFaults({ skip: true });
    const { valid } = await trainTagger(DATA, { ...SMALL, steps: 1 }, { valid: [elf!, ron!, elf!], faults }).summary;
    expect([valid.tokens, faults.count]).toEqual([1, 2]);
    expect(() => trainTagger(DATA, SMALL, { valid: [elf!], faults: new DataFaults({ skip: true }) })).toThrow(
      "trainTagger, validation data: expected a sentence, its tags all of the training data, got none.",
    );
  });

  it("refuses a sequence without tokens, one with too few tags, and a scheme for plain tags", () => {
    expect(() => trainTagger([{ tokens: [], tags: [] }])).toThrow("trainTagger, sentences[0]: expected tokens");
    expect(() => trainTagger([{ tokens: ["a"], tags: [] }])).toThrow("expected 1 tags, one for each token, got 0");
    expect(() => trainTagger(sentences(20, "plain"), { tagScheme: "bio" })).toThrow("option tagScheme");
    expect(() => trainTagger(sentences(20, "plain"), { fitOutsideBias: true })).toThrow("option fitOutsideBias");
  });
});

describe("Tagger", () => {
  const TEXTS = ["Ron", "Harry Potter met Luna in Paris today", "x y", "Neville", "LONDON 42 !", "Luna saw Luna"];

  it.each([
    { output: "crf" },
    { output: "softmax", layers: 2 },
    { features: true },
    { output: "softmax", bidirectional: false, letterSize: 0, shapes: false },
  ] as const)("tags each sequence alone as among others, bit for bit: %o", async (options) => {
    const model = await trained({ ...options, steps: 12 });
    const many = Array.from({ length: 12 }, () => TEXTS).flat(); // more than are read side by side
    const together = model.predictMany(many);
    const alone = new Map(TEXTS.map((text) => [text, model.predict(text)]));
    many.forEach((text, i) => {
      expect(alone.get(text)!.tags).toEqual(together[i]!.tags);
      expectSameBits(alone.get(text)!.confidence, together[i]!.confidence, text);
    });
  });

  it("tags a sequence as it comes as it does whole, and goes on from JSON and from a fork", async () => {
    const model = await trained({ output: "softmax", bidirectional: false, steps: 12 });
    const { tokens, tags, confidence } = model.predict(TEXTS[1]!);
    let session = model.session();
    const steps = tokens.map((token) => {
      session.fork().step("Luna");
      const tagged = session.step(token);
      session = model.session(JSON.parse(JSON.stringify(session)));
      return tagged;
    });
    expect(steps.map(({ tag }) => tag)).toEqual(tags);
    expectSameBits(
      steps.map((tagged) => tagged.confidence),
      confidence,
      "confidence",
    );
  });

  it("streams tags of the tokens on each line, and has no stream where it has no session", async () => {
    const model = await trained({ output: "softmax", bidirectional: false, steps: 12 });
    const stream = model.stream();
    const answers = ["Harry Potter", "", "met"].map((line) => stream.push(line));
    const { output, tags, confidence } = model.predict("Harry Potter met");
    expect(answers[1]).toBeUndefined();
    expect([answers[0]!.output, answers[2]!.output].join(" ")).toBe(output);
    expect([answers[0], answers[2]].flatMap((answer) => answer!.tags)).toEqual(tags);
    expectSameBits(
      [answers[0], answers[2]].flatMap((answer) => answer!.confidence as number[]),
      confidence,
      "stream",
    );
    expect(stream.end()).toBeUndefined();
    await expect(trained({ steps: 1 }).then((both) => both.stream())).rejects.toThrow("a bidirectional model");
  });

  it("counts the letters' layer in what a token costs, a word of the vocabulary's mean length", async () => {
    const [plain, withLetters] = await Promise.all(
      [0, 4].map((letterSize) => trained({ letterSize, steps: 1, bidirectional: false })),
    );
    const words = withLetters!.encoder.words.tokens.slice(1);
    const mean = words.reduce((sum, word) => sum + word.length, 0) / words.length;
    // an LSTM of 4 units in each direction over letters of 16 numbers; its 8 numbers feed 4 gates of 12 units
    const forward = mean * 2 * 2 * 16 * (16 + 4) + 2 * 48 * 8;
    expect(withLetters!.flopPerToken.forward - plain!.flopPerToken.forward).toBeCloseTo(forward, 6);
    expect(withLetters!.flopPerToken.backward).toBeCloseTo(2 * withLetters!.flopPerToken.forward, 6);
  });

  it("has no session where a tag depends on tokens to come, and says why", async () => {
    const both = await trained({ steps: 1, output: "softmax" });
    expect(() => both.session()).toThrow("a bidirectional model, which must see the whole sequence first");
    const crf = await trained({ steps: 1, bidirectional: false });
    expect(() => crf.session()).toThrow("a CRF, which weighs the tags of the whole sequence together");
    const wide = await trained({ steps: 1, bidirectional: false, output: "softmax", features: true });
    expect(() => wide.session()).toThrow("features of the words that follow");
  });

  it("never gives a tag that may not follow the one before, with a CRF however little it has learned", async () => {
    const model = await trained({ steps: 1, learningRate: 0.0001 });
    for (const { tags } of model.predictMany(DATA.map(({ tokens }) => tokens))) {
      tags.forEach((tag, t) => {
        if (tag.startsWith("I-")) expect(tags[t - 1]?.slice(2)).toBe(tag.slice(2));
      });
    }
  });

  it("is the same when it is read from its files", async () => {
    for (const options of [
      { tagScheme: "bioes", features: true },
      { output: "softmax", shapes: false, letterSize: 0 },
    ] as const) {
      const model = await trained({ ...options, steps: 8 });
      const files = JSON.parse(JSON.stringify(model.toFiles().encoder)) as ReturnType<Tagger["toFiles"]>["encoder"];
      const read = await Tagger.fromFiles({ ...model.toFiles(), encoder: files }, "models/a");
      expect(read.predictMany(TEXTS)).toEqual(model.predictMany(TEXTS));
      expect(read.parameterCount).toBe(model.parameterCount);
    }
    const { config, ...rest } = (await trained({ steps: 1 })).toFiles();
    const architecture = { ...(config.architecture as object), output: "hmm" };
    await expect(Tagger.fromFiles({ ...rest, config: { ...config, architecture } }, "models/a")).rejects.toThrow(
      'models/a/config.json, output: expected one of softmax, crf, got "hmm".',
    );
  });

  it("refuses an empty line", async () => {
    const model = await trained({ steps: 1 });
    expect(() => model.answer("  ")).toThrow("predict: expected tokens, none of them empty");
  });
});

describe("taggerBaselines", () => {
  const test = [
    { tokens: ["so", "Ron", "Weasley", "saw", "New", "York"], tags: ["O", "B-PER", "I-PER", "O", "B-LOC", "I-LOC"] },
  ].map((sentence) => ({ ...sentence, file: "a", lines: [1, 2, 3, 4, 5, 6] }));
  const train = [
    { tokens: ["New", "York", "Weasley"], tags: ["B-LOC", "I-LOC", "B-PER"], file: "a", lines: [1, 2, 3] },
  ];

  it("takes a capital before a small letter for a name, but at the beginning of a sentence", () => {
    const tokens = ["Yesterday", "Éric", "Bø", "and", "I", "saw", "NASA", "iPhones", "McX"];
    const tags = ["O", "B-PER", "I-PER", "O", "O", "O", "O", "O", "B-PER"];
    const lines = tokens.map((_, t) => t + 1);
    const [persons] = taggerBaselines(["B-PER", "I-PER", "O"], [{ tokens, tags, file: "a", lines }], undefined);
    expect(persons!.metrics).toMatchObject({ entityF1: 1, tokenAccuracy: 1 });
  });

  it("finds the longest entities of the training data again, and takes capitalised runs for persons", () => {
    const found = taggerBaselines(["B-LOC", "B-PER", "I-LOC", "I-PER", "O"], test, train);
    // LOC of 2 words is right, PER is one word too short; then 1 of 2 runs is a person
    expect(found.map(({ metrics }) => metrics.entityF1)).toEqual([0.5, 0.5]);
    expect(found.map(({ metrics }) => metrics.tokenAccuracy)).toEqual([4 / 6, 4 / 6]);
  });
});
