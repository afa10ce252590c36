import { describe, expect, it } from "vitest";
import { heldRanges } from "../../test/support/held-ranges.ts";
import { StreamedText } from "../data/streamed-text.ts";
import type { TrainingState } from "../training/index.ts";
import type { Texts } from "./encoded-text.ts";
import type { LanguageModel } from "./language-model.ts";
import type { LanguageModelOptions } from "./language-model-options.ts";
import type { TrainingControl } from "./task.ts";
import { languageBaselines, trainLanguageModel } from "./train-language-model.ts";

const TEXT = "the cät, which already ate, was full of 漢 and 🐋; ".repeat(60);
const SMALL: LanguageModelOptions = { hiddenSize: 8, batchSize: 4, bptt: 8, evaluateEvery: 10, steps: 130 };
/** A prime number of characters, so that windows lie across the borders of blocks. */
const BLOCK = 53;

const streamed = (text: string) => StreamedText.open("book.txt", heldRanges(text), BLOCK);
const bytesOf = (model: LanguageModel): string =>
  [...model.toFiles().weights]
    .map(([name, { data }]) => name + Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"))
    .join();

async function trained(text: Texts, options: LanguageModelOptions = {}, control: TrainingControl<Texts> = {}) {
  const training = trainLanguageModel(text, { ...SMALL, ...options }, control);
  const model = await training.model;
  const { seconds: _, tokensPerSecond: __, ...summary } = await training.summary;
  return { model, bytes: bytesOf(model), vocabulary: model.vocabulary.tokens, summary };
}

describe("a text that stays in its file", () => {
  it("trains the weights, the vocabulary, the scores and the baselines of the held text, bit for bit, over several epochs", async () => {
    for (const options of [{}, { minCount: 100 }, { vocabularySize: 12 }, { validFraction: 0.3 }]) {
      const held = await trained(TEXT, options);
      const fromFile = await trained(await streamed(TEXT), options);
      expect(fromFile.bytes).toBe(held.bytes);
      expect(fromFile.vocabulary).toEqual(held.vocabulary);
      expect(fromFile.summary).toEqual(held.summary);
    }
    expect((await trained(await streamed(TEXT), { seed: 2 })).bytes).not.toBe((await trained(TEXT)).bytes);
  });

  it("validates on a text of its own as if both were held, whichever stays in its file", async () => {
    const valid = "the cats wëre full.\n".repeat(20);
    const held = await trained(TEXT, {}, { valid });
    for (const [text, other] of [
      [await streamed(TEXT), valid],
      [TEXT, await streamed(valid)],
      [await streamed(TEXT), await streamed(valid)],
    ] as const) {
      const { bytes, vocabulary, summary } = await trained(text, {}, { valid: other });
      expect(bytes).toBe(held.bytes);
      expect(vocabulary).toEqual(held.vocabulary);
      expect(summary).toEqual(held.summary);
    }
  });

  it("goes on where a run stopped, to the bytes of one that did not", async () => {
    const whole = await trained(await streamed(TEXT));
    let state: TrainingState | undefined;
    const save = async (saved: TrainingState) => {
      state = saved;
    };
    await trained(await streamed(TEXT), { steps: 77 }, { save });
    const resumed = await trained(await streamed(TEXT), {}, { resume: state });
    expect(resumed.bytes).toBe(whole.bytes);
  });

  it("trains on words as if it were held: the weights, the vocabulary, the scores and the baselines", async () => {
    const text = `${TEXT.slice(0, 1500)} Über-cats don't ${TEXT}`;
    const words: LanguageModelOptions = { unit: "word", batchSize: 2, bptt: 4, steps: 60 };
    for (const more of [{}, { lowerCase: true, minCount: 1 }, { vocabularySize: 6 }]) {
      const options = { ...words, ...more };
      const held = await trained(text, options);
      const fromFile = await trained(await streamed(text), options);
      expect(fromFile.bytes).toBe(held.bytes);
      expect(fromFile.vocabulary).toEqual(held.vocabulary);
      expect(fromFile.summary).toEqual(held.summary);
      const other = "The cät, a stränger to all, was full. ".repeat(9);
      expect(held.model.evaluate(await streamed(other))).toEqual(held.model.evaluate(other));
      const both = await trained(await streamed(text), options, { valid: await streamed(other) });
      expect(both.summary).toEqual((await trained(text, options, { valid: other })).summary);
    }
  });

  it("is held for words of the splitter intl, lines and graphemes, with the same weights", async () => {
    const text = TEXT.replaceAll("; ", ";\n");
    for (const options of [{ unit: "word", splitter: "intl" }, { lines: true }, { graphemes: true }] as const) {
      const held = await trained(text, { ...options, steps: 10, bptt: 4 });
      const fromFile = await trained(await streamed(text), { ...options, steps: 10, bptt: 4 });
      expect(fromFile.bytes).toBe(held.bytes);
      expect(fromFile.summary).toEqual(held.summary);
    }
  });

  it("is scored as the held text, in one stream and in several, beside the same baselines", async () => {
    const { model } = await trained(TEXT, { steps: 5 });
    for (const text of [TEXT.slice(0, 800), TEXT.repeat(4)]) {
      const file = await streamed(text);
      expect(model.evaluate(file)).toEqual(model.evaluate(text));
      expect(languageBaselines(model, file, undefined)).toEqual(languageBaselines(model, text, undefined));
      expect(languageBaselines(model, file, await streamed(TEXT))).toEqual(languageBaselines(model, text, TEXT));
    }
  });
});

describe("validTokens", () => {
  it("scores no more tokens than it says, from the beginning of the validation part", async () => {
    const { model, summary } = await trained(TEXT, { validTokens: 100 });
    expect(summary.valid.tokens).toBe(99);
    const valid = TEXT.slice(-50).repeat(4);
    const own = await trained(TEXT, { validTokens: 100 }, { valid });
    expect(own.summary.valid).toEqual(own.model.evaluate(Array.from(valid).slice(0, 100).join("")));
    expect(bytesOf(model)).toBe((await trained(TEXT)).bytes);
  });
});

describe("the baselines of a text of more than 5 million tokens", () => {
  it("are counted and scored on its first 5 million, and their names say so", async () => {
    const { model } = await trained(TEXT, { steps: 1 });
    const long = "the cat, ".repeat(560_000);
    const names = languageBaselines(model, TEXT.slice(0, 99), long).map(({ name }) => name);
    expect(names).toEqual([
      "unigram (first 5 million tokens)",
      "interpolated trigram (first 5 million tokens)",
      "Kneser-Ney 5-gram (first 5 million tokens)",
    ]);
    const [own] = languageBaselines(model, long, undefined);
    const [ownFirst] = languageBaselines(model, long.slice(0, 5_000_000), undefined);
    expect(own!.name).toBe("unigram of this text (first 5 million tokens)");
    expect(ownFirst!.name).toBe("unigram of this text");
    expect(own!.metrics).toEqual(ownFirst!.metrics);
  });
});
