import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import type { LabelledSequence } from "../data/sources/labelled-sequence.ts";
import type { PoolingKind } from "../layers/pooling.ts";
import type { TrainingState } from "../training/trainer.ts";
import { Classifier } from "./classifier.ts";
import { trainClassifier } from "./train-classifier.ts";

/** Every word of two to six letters over "ab" that begins and ends alike, or not. */
const EXAMPLES: readonly (LabelledSequence<string> & { readonly sequence: string })[] = [2, 3, 4, 5, 6].flatMap(
  (length) =>
    Array.from({ length: 2 ** length }, (_, n) => {
      const text = Array.from({ length }, (_, t) => ((n >> t) & 1 ? "b" : "a")).join("");
      return { sequence: text, label: text[0] === text.at(-1) ? "alike" : "other" };
    }),
);
const SMALL = { hiddenSize: 12, embeddingSize: 4, batchSize: 16, learningRate: 0.02, validFraction: 0.2 } as const;
const TEXTS = ["a", "ab", "bbabab", "x", "aabba"];

describe("trainClassifier", () => {
  it("learns whether a word begins as it ends, which no count of letters tells", async () => {
    const run = trainClassifier(EXAMPLES, { ...SMALL, epochs: 40, pooling: "last" });
    const model = await run.model;
    const { valid, baselines } = await run.summary;
    expect(valid.accuracy).toBe(1);
    expect(valid.macroF1).toBe(1);
    expect(baselines.map(({ name }) => name)).toEqual(["most frequent label", "4-gram naive Bayes"]);
    expect(baselines[0]!.metrics.accuracy).toBeCloseTo(0.5, 1);
    const { output, scores } = model.predict("babbab");
    expect(output).toBe("alike");
    expect(Object.keys(scores)).toEqual(["alike", "other"]);
    expect(scores.alike! + scores.other!).toBeCloseTo(1, 12);
    expect(model.confusion([{ sequence: "aa", label: "other" }]).counts).toEqual([
      [0, 0],
      [1, 0],
    ]);
  }, 30_000);

  it("learns from single tokens, Tx = 1", async () => {
    const examples = ["a", "b", "c", "d"].map((text, i) => ({ sequence: text, label: i < 2 ? "left" : "right" }));
    const options = { ...SMALL, epochs: 60 };
    const run = trainClassifier(examples, options, { valid: examples });
    expect((await run.summary).valid.accuracy).toBe(1);
    expect((await run.model).predict("c").output).toBe("right");
  });

  it("holds sequences of one length against naive Bayes over positions", async () => {
    const even = EXAMPLES.filter(({ sequence: text }) => text.length === 6);
    const { baselines } = await trainClassifier(even, { ...SMALL, steps: 1 }).summary;
    expect(baselines.map(({ name }) => name)).toContain("position-wise naive Bayes");
  });

  it.each([
    "last",
    "mean",
    "max",
    "attention",
  ] as const satisfies readonly PoolingKind[])("answers with the same bits alone, in a batch and after loading (%s)", async (pooling) => {
    const model = await trainClassifier(EXAMPLES, { ...SMALL, steps: 3, pooling, layers: 2 }).model;
    const together = model.scores(TEXTS);
    const loaded = await Classifier.fromFiles(model.toFiles(), "saved");
    TEXTS.forEach((text, i) => {
      expectSameBits(model.scores([text])[0]!, together[i]!, text);
      expectSameBits(loaded.scores([text])[0]!, together[i]!, text);
    });
    expect(() => model.session()).toThrow("a bidirectional one, which must see the whole sequence first");
  });

  it.each([
    "last",
    "mean",
    "max",
    "attention",
  ] as const)("reads a token at a time as it predicts (%s)", async (pooling) => {
    const options = { ...SMALL, steps: 5, pooling, bidirectional: false };
    const model = await trainClassifier(EXAMPLES, options).model;
    for (const text of TEXTS) {
      let session = model.session();
      let answer: unknown;
      for (const token of model.steps(text)) {
        answer = session.step(token);
        session = model.session(JSON.parse(JSON.stringify(session.fork())));
      }
      expect(answer).toEqual(model.predict(text));
    }
  });

  it.each([
    "char",
    "both",
  ] as const)("resumes to the same bits, dropout and word dropout included (%s)", async (unit) => {
    const options = {
      ...SMALL,
      unit,
      minCount: 1,
      steps: 8,
      scheduleSteps: 8,
      evaluateEvery: 4,
      dropout: 0.3,
      wordDropout: 0.2,
    };
    const whole = await trainClassifier(EXAMPLES, options).model;
    let state: TrainingState | undefined;
    const save = async (saved: TrainingState): Promise<void> => {
      state = saved;
    };
    await trainClassifier(EXAMPLES, { ...options, steps: 4 }, { save }).model;
    const resumed = await trainClassifier(EXAMPLES, options, { resume: state }).model;
    for (const [name, { data }] of whole.toFiles().weights) {
      expectSameBits(resumed.toFiles().weights.get(name)!.data, data, name);
    }
  });

  it("learns with flatten which places matter, and reads no sequence of another length", async () => {
    // the third letter alone decides
    const even = EXAMPLES.filter(({ sequence }) => sequence.length === 6).map(({ sequence: text }) => ({
      sequence: text,
      label: text[2] === "b" ? "in" : "out",
    }));
    const options = { ...SMALL, hiddenSize: 8, epochs: 40, pooling: "flatten", validFraction: 0.25 } as const;
    const run = trainClassifier(even, options);
    const model = await run.model;
    expect((await run.summary).valid.accuracy).toBe(1);
    expect(model.config.steps).toBe(6);
    const texts = ["abbaba", "bbabab", "xxxxxx"];
    const together = model.scores(texts);
    const loaded = await Classifier.fromFiles(model.toFiles(), "saved");
    texts.forEach((text, i) => {
      expectSameBits(model.scores([text])[0]!, together[i]!, text);
      expectSameBits(loaded.scores([text])[0]!, together[i]!, text);
    });
    expect(() => model.predictMany(["abbaba", "abb"])).toThrow(
      "predictMany, sequence 2: expected 6 steps, as in training, got 3. Sequences of unequal lengths need another pooling",
    );
    const mixed = [...even, { sequence: "ab", label: "in" }];
    expect(() => trainClassifier(mixed, options, { valid: even })).toThrow("example 65: expected 6 steps");
    const oneWay = await trainClassifier(even, { ...options, epochs: 1, bidirectional: false }).model;
    expect(() => oneWay.session()).toThrow("one that pools the whole sequence by flatten");
    const files = model.toFiles();
    const { steps, ...architecture } = files.config.architecture as Record<string, string | number>;
    await expect(
      Classifier.fromFiles({ ...files, config: { ...files.config, architecture } }, "saved"),
    ).rejects.toThrow("saved/config.json, steps");
    expect(steps).toBe(6);
  });

  it("answers the same among 300 others, more than are read side by side", async () => {
    const model = await trainClassifier(EXAMPLES, { ...SMALL, steps: 3 }).model;
    const others = Array.from({ length: 300 }, (_, i) =>
      EXAMPLES[(i * 37) % EXAMPLES.length]!.sequence.repeat(1 + (i % 3)),
    );
    for (const at of [0, 100, 127, 128, 300]) {
      const among = model.scores([...others.slice(0, at), "bbabab", ...others.slice(at)]);
      expectSameBits(among[at]!, model.scores(["bbabab"])[0]!, `at ${at}`);
    }
  });

  it("forks a session into two that do not touch each other", async () => {
    const model = await trainClassifier(EXAMPLES, { ...SMALL, steps: 5, bidirectional: false }).model;
    const session = model.session();
    session.step("a");
    const fork = session.fork();
    fork.step("b");
    fork.step("b");
    expect(session.step("a")).toEqual(model.predict("aa"));
    expect(fork.step("a")).toEqual(model.predict("abba"));
    const { states } = session.toJSON();
    const foreign = { states, pooled: [1, 2], steps: 1 };
    expect(() => model.session(foreign)).toThrow("session, pooled: expected 12 numbers");
  });

  it("knows a label that only the validation part has, where the split is its own", async () => {
    const examples = [...EXAMPLES, { sequence: "bbb", label: "single" }];
    const options = { ...SMALL, steps: 1, stratified: false, classWeights: "balanced", dropDuplicates: false } as const;
    for (let seed = 1; seed <= 12; seed++) {
      const { valid } = await trainClassifier(examples, { ...options, seed }).summary;
      expect(valid.examples).toBe(25);
    }
  });

  it("counts the letters of a word among the products of a token", async () => {
    const sentences = ["so it goes", "and so on"].map((sequence, i) => ({ sequence, label: `${i}` }));
    const options = { ...SMALL, steps: 1, minCount: 1, letterSize: 5 } as const;
    const flopOf = async (unit: "word" | "both"): Promise<number> =>
      (await trainClassifier(sentences, { ...options, unit }, { valid: sentences }).model).flopPerToken.forward;
    // an LSTM's four gates over a letter's 16 numbers and its 5 units, both ways, for the 2.6 letters of a word; and
    // the encoder's gates over the 10 numbers of the letters, both ways
    const letters = (13 / 5) * 2 * (2 * 4 * 5 * (16 + 5));
    const wider = 2 * (2 * 4 * 12 * 10);
    expect((await flopOf("both")) - (await flopOf("word"))).toBeCloseTo(letters + wider, 6);
  });

  it("finds a rare label more often with balanced class weights", async () => {
    const examples = EXAMPLES.map(({ sequence: text }) => ({
      sequence: text,
      label: text.startsWith("aba") ? "rare" : "common",
    }));
    const options = { ...SMALL, epochs: 2, pooling: "last" } as const;
    const recall = async (classWeights: "none" | "balanced"): Promise<number> => {
      const model = await trainClassifier(examples, { ...options, classWeights }, { valid: examples }).model;
      return model.confusion(examples).classes[1]!.recall;
    };
    expect(await recall("balanced")).toBeGreaterThan(await recall("none"));
  });

  it("reads windows of characters or words as tokens", async () => {
    const options = { ...SMALL, steps: 1 };
    const control = { valid: EXAMPLES };
    const letters = await trainClassifier(EXAMPLES, { ...options, window: 3 }, control).model;
    expect(letters.steps("abba")).toEqual(["abb", "bba"]);
    expect(letters.steps("ab")).toEqual(["ab"]);
    const sentences = ["so it goes", "so it is", "it goes", "it is"].map((text, i) => ({
      sequence: text,
      label: `${i % 2}`,
    }));
    const words = await trainClassifier(
      sentences,
      { ...options, unit: "word", window: 2, minCount: 1 },
      { valid: sentences },
    ).model;
    expect(words.steps("so it goes")).toEqual(["so it", "it goes"]);
  });

  it("tells words that it never saw by their letters, with the unit both", async () => {
    // the ending decides, and no word comes twice
    const stems = ["bal", "cor", "dim", "fen", "gul", "hab", "kor", "lim", "mes", "nop", "pat", "rud", "sol", "tar"];
    const sentences = stems.flatMap((stem, i) =>
      ["ing", "ous"].map((ending) => ({ sequence: `the ${stem}${i}${ending} one`, label: ending })),
    );
    const unseen = ["vox", "wen", "zal", "yir"].flatMap((stem) =>
      ["ing", "ous"].map((ending) => ({ sequence: `the ${stem}${ending} one`, label: ending })),
    );
    const options = { ...SMALL, epochs: 30, letterSize: 8, minCount: 1 } as const;
    const accuracy = async (unit: "word" | "both"): Promise<number> => {
      const run = trainClassifier(sentences, { ...options, unit }, { valid: unseen });
      return (await run.summary).valid.accuracy!;
    };
    expect(await accuracy("word")).toBe(0.5);
    expect(await accuracy("both")).toBe(1);
  });

  it("reads words by their letters with the same bits alone, in a batch, a token at a time and after loading", async () => {
    const sentences = TEXTS.map((sequence, i) => ({
      sequence: `so ${sequence} it ${sequence}goes`,
      label: `${i % 2}`,
    }));
    const options = { ...SMALL, unit: "both", steps: 3, bidirectional: false, letterSize: 5, minCount: 1 } as const;
    const model = await trainClassifier(sentences, options, { valid: sentences }).model;
    const loaded = await Classifier.fromFiles(model.toFiles(), "saved");
    const texts = sentences.map(({ sequence }) => sequence).concat("once");
    const together = model.scores(texts);
    texts.forEach((text, i) => {
      expectSameBits(model.scores([text])[0]!, together[i]!, text);
      expectSameBits(loaded.scores([text])[0]!, together[i]!, text);
      const session = model.session();
      const answers = model.steps(text).map((token) => session.step(token));
      expect(answers.at(-1)).toEqual(model.predict(text));
    });
  });

  it("leaves duplicates out, so that none is on both sides of the split", async () => {
    const twice = [...EXAMPLES, ...EXAMPLES];
    const { valid } = await trainClassifier(twice, { ...SMALL, steps: 1 }).summary;
    const { valid: once } = await trainClassifier(EXAMPLES, { ...SMALL, steps: 1 }).summary;
    expect(valid.examples).toBe(once.examples);
    const kept = await trainClassifier(twice, { ...SMALL, steps: 1, dropDuplicates: false }).summary;
    expect(kept.valid.examples).toBeGreaterThan(once.examples!);
  });

  it("names the example whose sequence or label is none", () => {
    const wrong = (own: object) => () => trainClassifier([...EXAMPLES, own as LabelledSequence<string>]);
    const place = `example ${EXAMPLES.length + 1}`;
    expect(wrong({ sequence: Buffer.from("ab"), label: "alike" })).toThrow(
      `${place}, sequence: expected a text, got bytes. Read a file as text: readFileSync(path, "utf8").`,
    );
    expect(wrong({ text: "ab", label: "alike" })).toThrow(`${place}, sequence: expected a text, got undefined.`);
    expect(wrong({ sequence: "ab", class: "alike" })).toThrow(
      `${place}, label: expected a label, as in the first, got undefined.`,
    );
  });

  it("says what is wrong with examples", async () => {
    const same = EXAMPLES.map(({ sequence: text }) => ({ sequence: text, label: "x" }));
    expect(() => trainClassifier(same, SMALL)).toThrow('expected two labels or more, got only "x"');
    const empty = [...EXAMPLES, { sequence: " ", label: "alike" }];
    expect(() => trainClassifier(empty, { ...SMALL }, { valid: EXAMPLES })).toThrow("example 125: expected a text");
    const strange = [{ sequence: "a", label: "third" }];
    expect(() => trainClassifier(EXAMPLES, SMALL, { valid: strange })).toThrow("expected a label that was trained on");
    const model = await trainClassifier(EXAMPLES, { ...SMALL, steps: 1 }).model;
    expect(() => model.predict("")).toThrow("expected a text");
    expect(() => model.evaluate(strange)).toThrow("a label that was trained on: alike, other");
    const files = model.toFiles();
    for (const [field, said] of [
      [{ pooling: "most" }, "pooling: expected one of last, "],
      [{ layers: 0 }, "layers: expected an integer from 1 to 65536, got 0"],
      [{ bidirectional: 1 }, "bidirectional: expected true or false, got 1"],
      [{ labelColumn: 3 }, "labelColumn: expected a text, got 3"],
    ] as const) {
      const config = { ...files.config, architecture: { ...(files.config.architecture as object), ...field } };
      await expect(Classifier.fromFiles({ ...files, config }, "saved")).rejects.toThrow(`saved/config.json, ${said}`);
    }
    await expect(
      Classifier.fromFiles(
        { ...files, encoder: { ...files.encoder, output: { kind: "label", labels: ["x"] } } },
        "saved",
      ),
    ).rejects.toThrow("expected a list of 2 labels or more");
  });
});
