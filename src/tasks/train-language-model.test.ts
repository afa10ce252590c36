import { describe, expect, it } from "vitest";
import { lstm } from "../cells/index.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { TrainingState } from "../training/index.ts";
import type { LanguageModel } from "./language-model.ts";
import type { LanguageModelOptions } from "./language-model-options.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const LINE = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const TEXT = LINE.repeat(30);
const SMALL: LanguageModelOptions = { hiddenSize: 12, batchSize: 4, bptt: 8, evaluateEvery: 10 };

function bytesOf(model: LanguageModel): string {
  const parts = [...model.toFiles().weights].map(
    ([name, { data }]) => name + Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
  );
  return parts.join();
}

/** The states that a run saved, last one last, and its model. */
async function run(options: LanguageModelOptions, resume?: TrainingState) {
  const states: TrainingState[] = [];
  const training = trainLanguageModel(
    TEXT,
    { ...SMALL, ...options },
    {
      ...(resume === undefined ? {} : { resume }),
      save: async (state) => {
        states.push(state);
      },
    },
  );
  const model = await training.model;
  return { states, model, summary: await training.summary };
}

describe("trainLanguageModel", () => {
  it("learns: the loss falls below that of the unigram", async () => {
    const { summary } = await run({ steps: 200, learningRate: 0.02 });
    expect(summary.valid.bitsPerChar!).toBeLessThan(summary.baselines[0]!.metrics.bitsPerChar! / 2);
    expect(summary.steps).toBe(200);
    expect(summary.tokens).toBe(200 * 4 * 8);
  });

  it("asks for a text where it is given a file's bytes, to train or to validate on", () => {
    const bytes = Buffer.from(TEXT) as unknown as string;
    const message = 'expected a text, got bytes. Read a file as text: readFileSync(path, "utf8").';
    const units = [{}, { lines: true }, { unit: "word" }, { graphemes: true }] as const;
    for (const unit of units) {
      expect(() => trainLanguageModel(bytes, { ...SMALL, ...unit })).toThrow(`trainLanguageModel: ${message}`);
      expect(() => trainLanguageModel(TEXT, { ...SMALL, ...unit }, { valid: bytes })).toThrow(message);
    }
    expect(() => trainLanguageModel([TEXT, bytes], SMALL)).toThrow(`trainLanguageModel, text 2: ${message}`);
    for (const none of [undefined, null]) {
      expect(() => trainLanguageModel(none as unknown as string)).toThrow(`expected a text, got ${none}.`);
    }
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const [one, same, other] = await Promise.all([
      run({ steps: 15, seed: 3 }),
      run({ steps: 15, seed: 3 }),
      run({ steps: 15, seed: 4 }),
    ]);
    expect(bytesOf(one.model)).toBe(bytesOf(same.model));
    expect(bytesOf(one.model)).not.toBe(bytesOf(other.model));
  });

  it("trains on one sequence of 100,000 steps, 64 at a time, in the memory of the first few windows", async () => {
    const long = LINE.repeat(Math.ceil(112_000 / LINE.length));
    const one = { hiddenSize: 8, batchSize: 1, bptt: 64, epochs: 1, evaluateEvery: 100 };
    const sizes: number[] = [];
    const training = trainLanguageModel(long, { ...one, learningRate: 0.01 });
    for await (const report of training) {
      sizes.push(defaultEngine().byteLength);
      if (report.step >= 1_563) break;
    }
    const { tokens, valid } = await training.summary;
    expect(tokens).toBeGreaterThanOrEqual(100_000);
    expect(valid.bitsPerChar!).toBeLessThan(1);
    expect(new Set(sizes.slice(1)).size).toBe(1);
  });

  it.each<[string, LanguageModelOptions]>([
    ["adam", {}],
    ["adamw and a cosine", { optimizer: "adamw", schedule: "cosine", scheduleSteps: 60 }],
    ["sgd and a plateau", { optimizer: "sgd", schedule: "plateau", learningRate: 0.5 }],
    ["rmsprop, two layers and patience", { optimizer: "rmsprop", layers: 2, patience: 50 }],
    [
      "dropout between layers and in the recurrence",
      { cell: lstm({ recurrentDropout: 0.2 }), layers: 2, dropout: 0.3 },
    ],
  ])("resumes to the same bytes with %s", async (_, options) => {
    const whole = await run({ ...options, steps: 60 });
    const half = await run({ ...options, steps: 30 });
    const resumed = await run({ ...options, steps: 60 }, half.states.at(-1)!);
    expect(bytesOf(resumed.model)).toBe(bytesOf(whole.model));
    expect(resumed.summary.tokens).toBe(whole.summary.tokens);
  });

  it("drops in training alone: other weights, and the same score each time it is asked", async () => {
    const [plain, dropped] = [await run({ steps: 20 }), await run({ steps: 20, dropout: 0.4 })];
    expect(bytesOf(dropped.model)).not.toBe(bytesOf(plain.model));
    expect(dropped.model.evaluate(LINE)).toEqual(dropped.model.evaluate(LINE));
  });

  it("keeps the cosine of the first start when a resume goes on for longer", async () => {
    const cosine: LanguageModelOptions = { schedule: "cosine", learningRate: 0.02 };
    const first = await run({ ...cosine, steps: 30 });
    const whole = await run({ ...cosine, scheduleSteps: 30, steps: 40 });
    const resumed = await run({ ...cosine, steps: 40 }, first.states.at(-1)!);
    expect(bytesOf(resumed.model)).toBe(bytesOf(whole.model));
  });

  it("saves with patience the best weights at every validation, and trains on with its own", async () => {
    const saved: { model: ArrayLike<number>; best: ArrayLike<number>; own: ArrayLike<number> }[] = [];
    const options = { ...SMALL, steps: 100, learningRate: 0.1, patience: 20 };
    await trainLanguageModel(TEXT, options, {
      save: async ({ tensors }, model) => {
        const { data } = model.toFiles().weights.get("dense.bias")!;
        saved.push({ model: data, best: tensors.get("best.dense.bias")!, own: tensors.get("weights.dense.bias")! });
      },
    }).model;
    expect(saved.length).toBe(10);
    for (const { model, best } of saved) expect(model).toEqual(best);
    expect(saved.some(({ best, own }) => String(best) !== String(own))).toBe(true);
  });

  it("stops when patience ends and keeps the best weights", async () => {
    const { summary, states } = await run({ steps: 500, learningRate: 0.5, patience: 3 });
    expect(summary.steps).toBeLessThan(500);
    const [best] = states.at(-1)!.numbers.best!;
    expect(summary.valid.bitsPerToken).toBe(best);
  });

  it("stops early when the caller leaves the loop, with the model trained so far", async () => {
    const training = trainLanguageModel(TEXT, { ...SMALL, steps: 1_000_000 });
    for await (const { step } of training) if (step >= 10) break;
    expect((await training.summary).stopped).toBe(true);
    expect((await training.model).evaluate(LINE).bitsPerChar).toBeLessThan(5);
  });
});
