import { beforeAll, describe, expect, it } from "vitest";
import { lstm } from "../cells/lstm.ts";
import { add, mul, sigmoid, sub, tanh } from "../expression/expression.ts";
import { defineCell } from "../recurrence/define-cell.ts";
import { LanguageModel } from "./language-model.ts";
import { LanguageSampler } from "./language-sampler.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const LINE = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const TEXT = LINE.repeat(30);

async function sampled(model: LanguageSampler, options: Parameters<LanguageModel["sample"]>[0]): Promise<string> {
  let text = "";
  for await (const piece of model.sample(options)) text += piece;
  return text;
}

/** Leaks the state and adds a bounded candidate: no built-in cell. */
const leaky = defineCell({
  name: "leaky",
  states: ["a"],
  step({ x, a }, { affine, vector }) {
    const keep = sigmoid(vector("keep", { initial: 1 }));
    return { a: add(mul(keep, a), mul(sub(1, keep), tanh(affine("c", a, x)))) };
  },
});

describe("LanguageModel", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await trainLanguageModel(TEXT, { hiddenSize: 32, steps: 300, batchSize: 8, bptt: 16, seed: 1 }).model;
  });

  it("scores what it evaluates: the sum of the tokens' log-probabilities, with the first one added", () => {
    const { perToken, logProbability, tokens, bitsPerToken, perplexity } = model.score(LINE);
    const sum = perToken.reduce((total, token) => total + token.logProbability, 0);
    expect(sum).toBeCloseTo(logProbability, 9);
    expect(tokens).toBe(LINE.length);
    expect(bitsPerToken).toBeCloseTo(-logProbability / tokens / Math.LN2, 12);
    expect(perplexity).toBeCloseTo(2 ** bitsPerToken, 9);
    expect(perToken.map((token) => token.token).join("")).toBe(LINE);
  });

  it("scores a token by what stands before it alone", () => {
    const whole = model.score(LINE).perToken;
    const begun = model.score(LINE.slice(0, 30)).perToken;
    expect(begun.map((token) => token.logProbability)).toEqual(whole.slice(0, 30).map((token) => token.logProbability));
  });

  it("finds a line it has learnt likelier than the same line with letters swapped", () => {
    expect(model.score(LINE).logProbability).toBeGreaterThan(
      model.score(LINE.replace("which", "whcih")).logProbability,
    );
  });

  it("gives probabilities that sum to 1 over the first character", () => {
    const total = model.vocabulary.tokens.reduce((sum, c) => sum + Math.exp(model.score(c).logProbability), 0);
    expect(total).toBeCloseTo(1, 5);
  });

  it("samples the same text for the same seed, another for another, and the likeliest at temperature 0", async () => {
    const options = { prompt: "the ", length: 40, temperature: 1.5 };
    expect(await sampled(model, { ...options, seed: 1 })).toBe(await sampled(model, { ...options, seed: 1 }));
    expect(await sampled(model, { ...options, seed: 1 })).not.toBe(await sampled(model, { ...options, seed: 2 }));
    const greedy = { prompt: "the ", length: 40, temperature: 0 };
    expect(await sampled(model, { ...greedy, seed: 1 })).toBe(await sampled(model, { ...greedy, seed: 2 }));
  });

  it("draws from the likeliest alone with top-k 1 or a tiny top-p, whatever the temperature", async () => {
    const greedy = await sampled(model, { prompt: "the ", length: 40, temperature: 0 });
    const wild = { prompt: "the ", length: 40, temperature: 3, seed: 5 };
    expect(await sampled(model, { ...wild, topK: 1 })).toBe(greedy);
    expect(await sampled(model, { ...wild, topP: 1e-6 })).toBe(greedy);
    expect(await sampled(model, wild)).not.toBe(greedy);
  });

  it.each([
    [{ temperature: -1 }, "sample, option temperature: expected a number from 0 to below 1e6, got -1."],
    [{ length: 1.5 }, "sample, option length: expected an integer of at least 0, got 1.5."],
    [{ topK: 0 }, "sample, option topK: expected an integer of at least 1, got 0."],
    [{ topP: 2 }, "sample, option topP: expected a number above 0, at most 1, got 2."],
    [{ seed: "nothing" }, 'sample, option seed: expected an integer of at least 0, got "nothing".'],
    [{ prompt: 3 }, "sample, option prompt: expected a text, got 3."],
    [
      { temprature: 1 },
      'sample: expected options of prompt, length, temperature, topK, topP, seed, got "temprature". Did you mean temperature?',
    ],
    [null as never, "sample: expected an object of options, got null."],
    ["the " as never, 'sample: expected an object of options, got "the ".'],
  ])("refuses %j", async (options: object, message) => {
    await expect(sampled(model, options)).rejects.toThrow(message);
  });

  it.each([
    [Buffer.from(LINE), "bytes"],
    [[LINE], `[${LINE}`],
    [null, "null"],
    [undefined, "undefined"],
  ])("scores a text alone: %s", (given, got) => {
    expect(() => model.score(given as unknown as string)).toThrow(`score: expected a text, got ${got.slice(0, 9)}`);
  });

  it("evaluates texts alone, and is rounded to what there is", () => {
    for (const wrong of [undefined, Buffer.from(LINE), [3]]) {
      expect(() => model.evaluate(wrong as unknown as string)).toThrow(/^evaluate(, text 1)?: expected a text, got /);
    }
    expect(() => model.toFiles("f16" as never)).toThrow(
      'toFiles, precision: expected one of float32, float16, int8, got "f16".',
    );
  });

  it("counts the numbers that training changes: no zero bias_hh, no bias that a gate lacks", () => {
    const [V, H] = [model.vocabulary.size, 32];
    expect(model.parameterCount).toBe(4 * H * (V + H + 1) + V * (H + 1));
  });

  it("comes back from its files bit for bit", async () => {
    const again = await LanguageModel.fromFiles(model.toFiles(), "saved");
    expect(again.score(LINE)).toEqual(model.score(LINE));
    expect(again.parameterCount).toBe(model.parameterCount);
  });

  it("comes back with a cell of one's own from the graph in its config alone", async () => {
    const options = { cell: leaky, hiddenSize: 12, layers: 2, steps: 30, batchSize: 4, bptt: 8 };
    const own = await trainLanguageModel(TEXT, options).model;
    const files = own.toFiles();
    const saved = { ...files, config: JSON.parse(JSON.stringify(files.config)) };
    const again = await LanguageModel.fromFiles(saved, "saved");
    expect(again.score(LINE)).toEqual(own.score(LINE));
  });

  it("is not read from the files of another task", async () => {
    const files = model.toFiles();
    const other = { ...files, config: { ...files.config, task: "classifier" } };
    const message = 'saved/config.json, task: expected one of language-model, got "classifier".';
    await expect(LanguageModel.fromFiles(other, "saved")).rejects.toThrow(message);
    await expect(LanguageSampler.fromFiles(other, "saved")).rejects.toThrow(message);
  });

  it.each([
    ["hiddenSize", 0, "saved/config.json, hiddenSize: expected an integer from 1 to 65536, got 0."],
    ["cell", "lsmt", "saved/config.json, cell: expected one of rnn, gru,"],
    ["cell", { name: "x", output: "a", graphs: [{}] }, "saved/config.json, cell, graphs[0]"],
    ["unit", "word", 'saved/config.json, unit: expected "char", as in encoder.json, got "word".'],
    ["tied", true, "saved/config.json, tied: expected false without an embedding, got true."],
    ["tied", 1, "saved/config.json, tied: expected true or false, got 1."],
  ])("names what is wrong in a config: %s %j", async (name, value, message) => {
    const files = model.toFiles();
    const architecture = { ...(files.config.architecture as object), [name]: value };
    const changed = { ...files, config: { ...files.config, architecture } };
    await expect(LanguageModel.fromFiles(changed, "saved")).rejects.toThrow(message);
    await expect(LanguageSampler.fromFiles(changed, "saved")).rejects.toThrow(message);
  });
});

describe("LanguageSampler", () => {
  const tiny = { steps: 20, batchSize: 4, bptt: 8, hiddenSize: 12 };

  it.each([
    ["one-hot input", { ...tiny, layers: 2 }],
    ["a tied embedding", { ...tiny, embeddingSize: 12, tied: true }],
    [
      "dropout within and between the layers",
      { ...tiny, layers: 3, dropout: 0.3, cell: lstm({ recurrentDropout: 0.2 }) },
    ],
    ["a cell of one's own", { ...tiny, cell: leaky }],
  ] as const)("writes what the whole model writes, bit for bit: %s", async (_, options) => {
    const model = await trainLanguageModel(TEXT, options).model;
    const sampler = await LanguageSampler.fromFiles(model.toFiles(), "saved");
    const asked = { prompt: "the ", length: 60, temperature: 1.2, seed: 3 };
    expect(await sampled(sampler, asked)).toBe(await sampled(model, asked));
    const [one, other] = [sampler.session(), model.session()];
    for (const token of "cats") expect(one.step(token)).toEqual(other.step(token));
    expect(sampler.session(one.toJSON()).step("!".length)).toEqual(other.step("!".length));
  });
});
