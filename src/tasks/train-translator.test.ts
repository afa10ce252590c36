import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { lstm } from "../cells/index.ts";
import { Random } from "../core/random.ts";
import type { TextPair } from "../data/sources/text-pairs.ts";
import { tanh } from "../expression/expression.ts";
import { defineCell } from "../recurrence/define-cell.ts";
import type { TrainingState } from "../training/index.ts";
import { trainTranslator, translatorBaselines } from "./train-translator.ts";
import { Translator } from "./translator.ts";
import { translationMetrics } from "./translator-metrics.ts";
import type { TranslatorOptions } from "./translator-options.ts";

/** Words of 1 to 5 letters, each with itself reversed and written large. */
function reversals(count: number): TextPair[] {
  const random = new Random(1, "reversals");
  const words = new Set<string>();
  for (let i = 0; words.size < count; i++) {
    const length = 1 + Math.floor(random.uniform(10 * i) * 5);
    words.add(Array.from({ length }, (_, j) => "abcd"[Math.floor(random.uniform(10 * i + 1 + j) * 4)]).join(""));
  }
  return Array.from(words, (source) => ({ source, target: [...source].reverse().join("").toUpperCase() }));
}

const PAIRS = reversals(500);
const SMALL: TranslatorOptions = { hiddenSize: 32, embeddingSize: 8, batchSize: 32, learningRate: 0.01, seed: 1 };

async function trained(options: TranslatorOptions, pairs = PAIRS): Promise<Translator> {
  return await trainTranslator(pairs, { ...SMALL, ...options }).model;
}

describe("trainTranslator", () => {
  it.each([
    "additive",
    "multiplicative",
  ] as const)("learns to reverse words by %s attention, better than its baselines", async (attention) => {
    const run = trainTranslator(PAIRS, { ...SMALL, attention, epochs: 12 });
    const { valid, baselines } = await run.summary;
    expect(valid.exactMatch).toBeGreaterThan(0.8);
    expect(valid.examples).toBe(50);
    expect(baselines.map(({ name }) => name)).toEqual(["copy of the source", "nearest source"]);
    for (const { metrics } of baselines) expect(metrics.exactMatch).toBeLessThan(0.2);
    const { output, attention: alpha } = (await run.model).predict("abcd");
    expect(output).toBe("DCBA");
    const lookedAt = alpha.slice(0, 4).map((row) => row.indexOf(Math.max(...row)));
    expect(lookedAt).toEqual([3, 2, 1, 0]);
  });

  it.each([
    ["dropout, input feeding and scheduled sampling", { inputFeeding: true, samplingRate: 0.5, samplingSteps: 2 }],
    ["patience and a plateau", { patience: 2, schedule: "plateau", evaluateEvery: 2, learningRate: 0.1, clipNorm: 9 }],
  ] as const)("ends in the same bytes when it is stopped and resumed, with %s", async (_, more) => {
    const pairs = PAIRS.slice(0, 80);
    const options: TranslatorOptions = { ...SMALL, hiddenSize: 8, dropout: 0.2, ...more };
    let state: TrainingState | undefined;
    const save = async (now: TrainingState): Promise<void> => {
      state = now;
    };
    await trainTranslator(pairs, { ...options, steps: 5 }, { save }).model;
    const resumed = await trainTranslator(pairs, { ...options, steps: 13 }, { resume: state }).model;
    const straight = await trainTranslator(pairs, { ...options, steps: 13 }).model;
    const [a, b] = [resumed.toFiles().weights, straight.toFiles().weights];
    expect([...a.keys()]).toEqual([...b.keys()]);
    for (const [name, { data }] of a) expectSameBits(data, b.get(name)!.data, name);
  });

  it.each([
    ["char", "char"],
    ["char", "word"],
    ["word", "char"],
    ["word", "word"],
  ] as const)("learns from %ss to %ss", async (sourceUnit, targetUnit) => {
    const digits = ["zero", "one", "two", "three", "four"];
    const written = (unit: "char" | "word", ...numbers: number[]): string =>
      unit === "char" ? numbers.join("") : numbers.map((n) => digits[n]).join(" ");
    const pairs = Array.from({ length: 25 }, (_, i) => {
      const [a, b] = [Math.floor(i / 5), i % 5];
      return { source: written(sourceUnit, a, b), target: written(targetUnit, b, a) };
    });
    const options = { ...SMALL, sourceUnit, targetUnit, learningRate: 0.02, steps: 60, evaluateEvery: 60 };
    const model = await trainTranslator(pairs, options, { valid: pairs }).model;
    const { output, sourceTokens } = model.predict(written(sourceUnit, 2, 4));
    expect(output).toBe(written(targetUnit, 4, 2));
    expect(sourceTokens.length).toBe(2);
    expect(model.evaluate(pairs).exactMatch).toBeGreaterThan(0.9);
  });

  it("trains on its own tokens by scheduled sampling: other weights once the rate has risen, the same until then", async () => {
    const weights = async (options: TranslatorOptions): Promise<unknown> =>
      [...(await trained({ hiddenSize: 8, ...options })).toFiles().weights.values()].map(({ data }) => [...data]);
    expect(await weights({ samplingRate: 1, steps: 1 })).toEqual(await weights({ steps: 1 }));
    expect(await weights({ samplingRate: 1, samplingSteps: 2, steps: 4 })).not.toEqual(await weights({ steps: 4 }));
  });

  it("keeps all targets of a source on one side of the split", async () => {
    const pairs = PAIRS.slice(0, 40).flatMap(({ source, target }) => [
      { source, target },
      { source, target: `${target}!` },
    ]);
    const { valid } = await trainTranslator(pairs, { ...SMALL, steps: 1, validFraction: 0.25 }).summary;
    expect(valid.examples).toBe(10);
  });

  it("refuses a pair without a text, and an option that is not one", () => {
    const bytes = Buffer.from("ab") as unknown as string;
    expect(() => trainTranslator([{ source: "ab", target: bytes }])).toThrow(
      "trainTranslator, pairs[0].target: expected a text, got bytes.",
    );
    expect(() => trainTranslator([{ source: " ", target: "a" }])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: trainTranslator, pairs[0].source: expected a text, got an empty one.]`,
    );
    expect(() => trainTranslator(PAIRS, { attention: "dot" as "none" })).toThrow(/option attention/);
  });
});

describe("Translator", () => {
  const TEXTS = ["a", "abcde", "dd", "x", "bca", "abcde", "cabdabdacbdacbd"];

  it.each([
    { attention: "additive" },
    { attention: "multiplicative", inputFeeding: true, layers: 2 },
    { attention: "none", bidirectional: false, cell: "gru" },
    { attention: "none", inputFeeding: true, cell: lstm({ projection: 5 }) },
  ] as const)("translates each text alone as among others, bit for bit: %o", async (options) => {
    const model = await trained({ ...options, steps: 15 });
    const together = model.predictMany(TEXTS);
    TEXTS.forEach((text, i) => {
      const alone = model.predict(text);
      const { attention, ...rest } = together[i]!;
      expect({ ...alone, attention: undefined }).toEqual({ ...rest, attention: undefined });
      attention.forEach((row, t) => {
        expectSameBits(row, alone.attention[t]!, `${text}, attention ${t}`);
      });
    });
  });

  it("gives with each translation an attention matrix, Ty by Tx, whose rows sum to 1", async () => {
    const model = await trained({ steps: 15 });
    const { attention, sourceTokens, targetTokens, alternatives } = model.predict("abca");
    expect(sourceTokens).toEqual(["a", "b", "c", "a"]);
    expect(attention.length).toBe(targetTokens.length);
    for (const row of attention) {
      expect(row.length).toBe(4);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(alternatives.length).toBe(3);
    expect((await trained({ steps: 2, attention: "none" })).predict("a").attention).toEqual([]);
  });

  it("finds with a beam of 1 no likelier translation than with a wider one", async () => {
    const model = await trained({ steps: 15 });
    for (const text of TEXTS) {
      const greedy = model.predict(text, { beamWidth: 1, lengthPenalty: 0 });
      const wide = model.predict(text, { beamWidth: 8, lengthPenalty: 0 });
      expect(wide.logProbability).toBeGreaterThanOrEqual(greedy.logProbability);
      expect(greedy.alternatives).toEqual([]);
    }
  });

  it("is the same when it is read from its files, units and all", async () => {
    const pairs = PAIRS.map(({ source, target }) => ({ source: [...source].join(" "), target }));
    const model = await trained({ steps: 10, sourceUnit: "word", targetUnit: "char" }, pairs);
    const files = model.toFiles();
    const encoder = JSON.parse(JSON.stringify(files.encoder)) as typeof files.encoder;
    const read = await Translator.fromFiles({ ...files, encoder }, "models/a");
    expect(read.predict("a b c").sourceTokens).toEqual([" a", " b", " c"]);
    expect(read.predictMany(["a b c", "d"])).toEqual(model.predictMany(["a b c", "d"]));
    expect(read.parameterCount).toBe(model.parameterCount);
    const config = { ...files.config, architecture: { ...(files.config.architecture as object), attention: "dot" } };
    await expect(Translator.fromFiles({ ...files, config }, "models/a")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: models/a/config.json, attention: expected one of additive, multiplicative, none, got "dot".]`,
    );
  });

  it("is the same when it is read from its files with a cell of one's own, in every layer of either side", async () => {
    const cell = defineCell({
      name: "own",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: tanh(affine("s", a, x)) }),
    });
    const model = await trained({ cell, layers: 2, inputFeeding: true, steps: 5 });
    const files = model.toFiles();
    const config = JSON.parse(JSON.stringify(files.config)) as typeof files.config;
    expect((await Translator.fromFiles({ ...files, config }, "models/a")).predictMany(TEXTS)).toEqual(
      model.predictMany(TEXTS),
    );
  });

  it("answers a line with its output, its tokens and its attention, and refuses an empty one", async () => {
    const model = await trained({ steps: 5 });
    const answer = model.answer("ab");
    expect(Object.keys(answer)).toEqual([
      "output",
      "logProbability",
      "alternatives",
      "sourceTokens",
      "targetTokens",
      "attention",
    ]);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(() => model.answer("  ")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: predict: expected a text, got "  ".]`,
    );
  });

  it("counts the products of a source token and a target token, the keys of attention among them", async () => {
    const flop = async (options: TranslatorOptions): Promise<number> =>
      (await trained({ steps: 1, hiddenSize: 8, bidirectional: false, ...options })).flopPerToken.forward;
    // query and key of 8 x 8, and the squashing of [c, s]
    expect((await flop({})) - (await flop({ attention: "none" }))).toBe(2 * (8 * 8 + 8 * 8 + 16 * 8));
    expect((await flop({ attention: "multiplicative" })) - (await flop({ attention: "none" }))).toBe(
      2 * (8 * 8 + 16 * 8),
    );
  });

  it("has no session, and says why", async () => {
    const model = await trained({ steps: 1 });
    expect(() => model.session()).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: Translator.session: expected a model that answers as its input arrives, got a translator, which must see the whole source first. Use predict(text).]`,
    );
  });
});

describe("translationMetrics", () => {
  it("holds a translation against the nearest of its source's targets", () => {
    const metrics = translationMetrics(
      ["Va !", "Courz !"],
      [
        ["Vas-y !", "Va !"],
        ["Fuyez !", "Courez !"],
      ],
    );
    expect(metrics).toMatchObject({ exactMatch: 0.5, charErrorRate: 1 / 12, examples: 2 });
  });

  it("gives as baselines the source, and the first target of the nearest source", () => {
    const train = [
      { source: "3 May", target: "05-03" },
      { source: "3 May", target: "5-3" },
      { source: "1 June", target: "06-01" },
    ];
    const test = [{ source: "4 May", target: "05-04" }];
    const [copy, nearest] = translatorBaselines(test, train);
    expect(copy!.metrics.exactMatch).toBe(0);
    expect(nearest!.metrics.charErrorRate).toBeCloseTo(1 / 5);
    expect(translatorBaselines(test, undefined).length).toBe(1);
  });
});
