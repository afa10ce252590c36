import { beforeAll, describe, expect, it, vi } from "vitest";
import type { TrainingState } from "../training/index.ts";
import type { LanguageModel } from "./language-model.ts";
import { LanguageModel as Model } from "./language-model.ts";
import type { LanguageModelOptions } from "./language-model-options.ts";
import { LanguageSampler } from "./language-sampler.ts";
import type { SampleOptions, TextScore } from "./task.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const LINES = ["the cat was full.", "the cats were full.", "the dog was here.", "the dogs were here.", "so it was."];
const TEXT = `${LINES.join("\n")}\n`.repeat(30);
const SMALL: LanguageModelOptions = { hiddenSize: 16, batchSize: 4, learningRate: 0.02, steps: 120 };

function bytesOf(model: LanguageModel): string {
  return JSON.stringify([...model.toFiles().weights].map(([name, { data }]) => [name, [...data]]));
}

const written = async (model: LanguageSampler, options: SampleOptions): Promise<string> => {
  let text = "";
  for await (const piece of model.sample({ temperature: 0.5, length: 60, ...options })) text += piece;
  return text;
};

const sum = ({ perToken }: TextScore): number => perToken.reduce((total, each) => total + each.logProbability, 0);

describe("a language model of words", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await trainLanguageModel(TEXT, { ...SMALL, unit: "word", bptt: 10 }).model;
  });

  it("reads words and scores the right verb likelier, word by word", () => {
    const [right, wrong] = [model.score("the cats were full."), model.score("the cats was full.")];
    expect(right.perToken.map(({ token }) => token)).toEqual(["the", "cats", "were", "full", "."]);
    expect(right.logProbability).toBeGreaterThan(wrong.logProbability);
    expect(sum(right)).toBeCloseTo(right.logProbability, 9);
    expect(wrong.perToken[2]!.logProbability).toBeLessThan(right.perToken[2]!.logProbability);
  });

  it("takes an unknown word for <UNK> and never writes it", async () => {
    expect(model.score("the whale was full.").perToken[1]!.token).toBe("<UNK>");
    const files = model.toFiles();
    const likely = files.weights.get("dense.bias")!.data.slice();
    likely[model.vocabulary.unknownId] = 1e3;
    const weights = new Map(files.weights).set("dense.bias", { shape: [likely.length], data: likely });
    const eager = await LanguageSampler.fromFiles({ ...files, weights }, "eager");
    for (const seed of [1, 2, 3]) expect(await written(eager, { seed })).not.toContain("<UNK>");
  });

  it("puts the space that is due between a prompt and the first word", async () => {
    const asked = { prompt: "the", seed: 1, temperature: 0 };
    expect(await written(model, asked)).toMatch(/^ (cats?|dogs?) /);
  });

  it("gives perplexity and bits a token, and no bits a character", () => {
    expect(Object.keys(model.evaluate(TEXT)).sort()).toEqual(["bitsPerToken", "perplexity", "tokens"]);
  });

  it("counts words on the training part alone, those seen once left out", async () => {
    const once = `${TEXT}A whale.\n`;
    const made = trainLanguageModel(once, { ...SMALL, unit: "word", bptt: 10, steps: 1 });
    expect((await made.model).vocabulary.tokens).not.toContain("whale");
  });

  it("orders its vocabulary from A to Z on request, and cuts it", async () => {
    const options = { ...SMALL, unit: "word", bptt: 10, steps: 1, vocabularyOrder: "alphabetical" } as const;
    const whole = (await trainLanguageModel(TEXT, options).model).vocabulary.tokens.slice(2);
    expect(whole).toEqual([...whole].sort());
    const cut = await trainLanguageModel(TEXT, { ...options, vocabularySize: 6 }).model;
    expect(cut.vocabulary.size).toBe(6);
  });

  it("ties what reads words to what scores them: one table in the file", async () => {
    const tied = await trainLanguageModel(TEXT, { ...SMALL, unit: "word", bptt: 10, tied: true }).model;
    expect([...tied.toFiles().weights.keys()]).not.toContain("dense.weight");
    expect((await Model.fromFiles(tied.toFiles(), "saved")).score(LINES[0]!)).toEqual(tied.score(LINES[0]!));
    expect(() => trainLanguageModel(TEXT, { tied: true, embeddingSize: 0 })).toThrow(/an embedding to tie/);
  });
});

describe.each(["char", "word"] as const)("a language model of lines in %ss", (unit) => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await trainLanguageModel(TEXT, { ...SMALL, unit, lines: true }).model;
  });

  it("writes single lines, ended by <EOS>", async () => {
    for (const seed of [1, 2, 3]) expect(await written(model, { seed })).not.toContain("\n");
  });

  it("reads the beginning of a line before a prompt", async () => {
    const session = model.session();
    const read = vi.spyOn(session, "step");
    vi.spyOn(model, "session").mockReturnValueOnce(session);
    await written(model, { prompt: "the", length: 0 });
    const { vocabulary } = model;
    expect(read.mock.calls.map(([id]) => id)).toEqual([vocabulary.endId, ...vocabulary.encode("the")]);
  });

  it("scores a line's end too, and evaluates what it scores", () => {
    const score = model.score("so it was.");
    expect(score.perToken.at(-1)!.token).toBe("<EOS>");
    const { bitsPerToken, tokens } = model.evaluate("so it was.\n");
    expect(tokens).toBe(score.tokens);
    expect(bitsPerToken).toBeCloseTo(score.bitsPerToken, 5);
  });

  it("resumes to the same bytes", async () => {
    const run = async (steps: number, resume?: TrainingState) => {
      const states: TrainingState[] = [];
      const save = async (state: TrainingState) => void states.push(state);
      const options = { ...SMALL, unit, lines: true, dropout: 0.2, steps };
      return { model: await trainLanguageModel(TEXT, options, { resume, save }).model, states };
    };
    const half = await run(12);
    expect(bytesOf((await run(24, half.states.at(-1))).model)).toBe(bytesOf((await run(24)).model));
  });

  it("comes back from its files bit for bit", async () => {
    expect((await Model.fromFiles(model.toFiles(), "saved")).score("so it was.")).toEqual(model.score("so it was."));
  });
});

describe("LanguageSession", () => {
  it("reads a text as it comes: a fork and a session from JSON go on alike, and give the scores of the whole", async () => {
    const model = await trainLanguageModel(TEXT, { ...SMALL, bptt: 16 }).model;
    const session = model.session();
    for (const letter of "the cat") session.step(letter);
    const again = model.session(JSON.parse(JSON.stringify(session)));
    const fork = session.fork();
    const scores = session.step(" ");
    expect(fork.step(" ")).toEqual(scores);
    expect(again.step(" ")).toEqual(scores);
    expect(session.step("w")).not.toEqual(scores);
    expect(() => session.step("€")).toThrow(/LanguageSession.step: expected a token of the vocabulary/);
    expect(() => model.session([{ a: [1] }])).toThrow(/session, layer 0, a: expected 16 numbers, got \[1\]/);
  });
});

describe("a language model of a large vocabulary", () => {
  const options = { ...SMALL, unit: "word", bptt: 10, adaptiveSoftmax: true, sparseEmbedding: true } as const;
  const train = (more: LanguageModelOptions = {}) => trainLanguageModel(TEXT, { ...options, ...more }).model;

  it("learns with rare words in groups of their own, comes back from its files and writes as before", async () => {
    const model = await train();
    expect(model.network.output.parameters.length).toBeGreaterThan(2);
    expect(model.evaluate(TEXT).perplexity).toBeLessThan(3);
    const again = await Model.fromFiles(model.toFiles(), "model");
    expect(again.evaluate(TEXT)).toEqual(model.evaluate(TEXT));
    expect(await written(again, { seed: 3 })).toBe(await written(model, { seed: 3 }));
    const { perToken } = model.score("the cats were full.");
    expect(sum(model.score("the cats were full."))).toBeCloseTo(
      perToken.reduce((all, t) => all + t.logProbability, 0),
      9,
    );
    expect(sum(model.score("the cats were full."))).toBeGreaterThan(sum(model.score("the cats was full.")));
  });

  it("resumes to the same bytes", async () => {
    const states: TrainingState[] = [];
    const save = async (state: TrainingState): Promise<void> => {
      states.push(state);
    };
    await trainLanguageModel(TEXT, { ...options, steps: 60 }, { save }).model;
    const resumed = await trainLanguageModel(TEXT, options, { resume: states.at(-1)! }).model;
    expect(bytesOf(resumed)).toBe(bytesOf(await train()));
  });

  it("refuses groups and sparse updates of a table that also scores", () => {
    for (const other of [{ adaptiveSoftmax: false }, { sparseEmbedding: false }]) {
      expect(() => trainLanguageModel(TEXT, { ...options, ...other, tied: true })).toThrow("expected a plain soft-max");
    }
  });
});
