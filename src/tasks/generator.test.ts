import { describe, expect, it } from "vitest";
import { Random } from "../core/random.ts";
import { DataFaults } from "../data/data-faults.ts";
import { midiToNotes, readMidi } from "../interop/index.ts";
import type { TrainingState } from "../training/index.ts";
import { type GenerateOptions, Generator } from "./generator.ts";
import type { GeneratorData, GeneratorExample } from "./generator-data.ts";
import type { GeneratorOptions } from "./generator-options.ts";
import { generatorBaselines, trainGenerator } from "./train-generator.ts";

const random = new Random(1, "generator test");

/** Words of "a" and "b" letters by label: x begins with a and alternates, y repeats b. */
const words: GeneratorExample[] = Array.from({ length: 60 }, (_, i) => {
  const length = 2 + random.integer(i, 4);
  const condition = i % 2 === 0 ? "x" : "y";
  return { condition, sequence: condition === "x" ? "ab".repeat(length).slice(0, length + 1) : "b".repeat(length) };
});
const text: GeneratorData = { unit: "char", examples: words };
/** Chords that walk up, a step a chord. */
const rolls: GeneratorData = {
  unit: "roll",
  examples: Array.from({ length: 24 }, (_, i) => ({
    condition: undefined,
    sequence: Array.from({ length: 6 + (i % 5) }, (_step, t) => [48 + (t % 4), 60 + (t % 4)]),
  })),
};
const events: GeneratorData = {
  unit: "events",
  examples: Array.from({ length: 24 }, (_, i) => ({
    condition: [i % 3, 1],
    sequence: {
      notes: Array.from({ length: 4 }, (_note, t) => ({
        pitch: 60 + 10 * (i % 3) + t,
        start: t,
        end: t + 1,
        velocity: 80,
      })),
      quarters: 4,
    },
  })),
};
const small: GeneratorOptions = { hiddenSize: 16, embeddingSize: 8, batchSize: 8, dropout: 0.1, seed: 3 };
const train = (data: GeneratorData, options: GeneratorOptions = {}) =>
  trainGenerator(data, { ...small, steps: 60, learningRate: 0.02, ...options });

describe("trainGenerator", () => {
  it("learns sequences from labels: samples follow the label, and the model beats counting", async () => {
    const run = train(text, { steps: 150, learningRate: 0.01 });
    const model = await run.model;
    const { valid, baselines } = await run.summary;
    for (const { metrics } of baselines) expect(valid.nllPerStep).toBeLessThan(metrics.nllPerStep!);
    const own = Array.from({ length: 20 }, (_, seed) => model.generate({ condition: "x", seed, topP: 0.9 }) as string);
    expect(own.filter((word) => /^(ab)*a?$/.test(word)).length).toBeGreaterThan(17);
    const other = Array.from(
      { length: 20 },
      (_, seed) => model.generate({ condition: "y", seed, topP: 0.9 }) as string,
    );
    expect(other.filter((word) => /^b+$/.test(word)).length).toBeGreaterThan(17);
  });

  it("learns rolls without a condition: at temperature 0 it goes on as the pieces do, and the MIDI file says the same", async () => {
    const run = train(rolls, { steps: 150, dropout: 0 });
    const model = await run.model;
    const roll = model.generate({ temperature: 0, length: 5, beginning: [[48, 60]] });
    expect(roll).toEqual([
      [48, 60],
      [49, 61],
      [50, 62],
      [51, 63],
      [48, 60],
      [49, 61],
    ]);
    const { valid, baselines } = await run.summary;
    for (const { metrics } of baselines) expect(valid.nllPerStep).toBeLessThan(metrics.nllPerStep!);
    const piece = midiToNotes(readMidi(model.toMidi(JSON.stringify(roll), 90), "a.mid"), "a.mid");
    expect(piece.notes.map(({ pitch, start, end }) => [pitch, start, end])).toEqual(
      [48, 60, 49, 61, 50, 62, 51, 63, 48, 60, 49, 61].map((pitch, i) => [
        pitch,
        Math.floor(i / 2),
        Math.floor(i / 2) + 1,
      ]),
    );
    expect(model.fromMidi(model.toMidi(JSON.stringify(roll), 90), "a.mid")).toBe(
      JSON.stringify(roll).replaceAll(",", ", "),
    );
  });

  it("learns event streams from numbers, and the number decides the pitch", async () => {
    const model = await train(events, { steps: 200, dropout: 0 }).model;
    for (const i of [0, 1, 2]) {
      const piece = model.generate({ condition: [i, 1], temperature: 0 });
      expect(piece).toEqual(events.examples[i]!.sequence);
    }
  });

  it("learns each way into which a condition goes", async () => {
    for (const conditionInto of ["state", "input"] as const) {
      const model = await train(text, { steps: 120, conditionInto, cell: "gru" }).model;
      expect(model.predict("x")).toMatch(/^ab/);
      expect(model.predict("y")).toMatch(/^bb/);
    }
  });

  it("gives the same bytes for one seed, and others for another", async () => {
    const weights = async (seed: number) => {
      const files = (await train(text, { steps: 5, seed }).model).toFiles();
      return [...files.weights].map(([name, { data }]) => `${name} ${data.join()}`).join("\n");
    };
    const first = await weights(1);
    expect(await weights(1)).toBe(first);
    expect(await weights(2)).not.toBe(first);
  });

  it("resumes to the same bytes, for text, rolls and events", async () => {
    for (const data of [text, rolls, events]) {
      const options = { ...small, scheduleSteps: 12, evaluateEvery: 3 };
      const whole = await trainGenerator(data, { ...options, steps: 12 }).model;
      let state: TrainingState | undefined;
      const save = async (saved: TrainingState) => {
        state = saved;
      };
      await trainGenerator(data, { ...options, steps: 6 }, { save }).model;
      const resumed = await trainGenerator(data, { ...options, steps: 12 }, { resume: state }).model;
      expect(resumed.toFiles().weights).toEqual(whole.toFiles().weights);
    }
  });

  it("names what is wrong with its data", () => {
    expect(() => trainGenerator({ unit: "char", examples: [] })).toThrow("at least one sequence");
    const odd = [...words, { condition: "z", sequence: "ab", where: "v.csv, line 62" }];
    const control = { valid: { unit: "char" as const, examples: odd } };
    expect(() => trainGenerator(text, small, control)).toThrow(
      'v.csv, line 62, condition: expected one of "x", "y", got "z".',
    );
    const faults = new DataFaults({ skip: true });
    trainGenerator(text, small, { valid: { unit: "char", examples: [...odd, ...odd] }, faults });
    expect(faults.count).toBe(2);
    expect(() => trainGenerator(text, small, { valid: { unit: "char", examples: [...odd, ...odd] } })).toThrow(
      "2 records are bad, this is the first",
    );
    expect(() => trainGenerator({ unit: "char", examples: rolls.examples }, small)).toThrow(
      "expected a text, got music",
    );
  });
});

describe("Generator", () => {
  const models = Promise.all([train(text).model, train(rolls).model, train(events).model]);
  const dataOf = [text, rolls, events];
  const optionsOf: GenerateOptions[] = [{ condition: "x" }, {}, { condition: [1, 1] }];

  it("predicts bit for bit the same whatever else is in the batch, and step by step", async () => {
    for (const [i, model] of (await models).entries()) {
      const sequences = dataOf[i]!.examples.map((example) => model.encode(example));
      // scores of every step, whole in a batch of unequal lengths, whole alone, and streamed
      const chosen = [sequences[0]!, sequences[7]!, sequences[3]!, sequences[12]!];
      const together = model.scoresOf(chosen);
      for (const [b, sequence] of chosen.entries()) {
        expect(model.scoresOf([sequence])[0]).toEqual(together[b]);
        const session = model.session({ condition: dataOf[i]!.examples[[0, 7, 3, 12][b]!]!.condition });
        const streamed = [session.step(), ...[...sequence.steps].slice(0, -1).map((step) => session.step(step))];
        expect(streamed.flatMap((scores) => [...scores])).toEqual([...together[b]!]);
      }
    }
  });

  it("forks a session, and goes on from its JSON, to the same bits", async () => {
    for (const [i, model] of (await models).entries()) {
      const session = model.session(optionsOf[i]);
      session.step();
      const step = model.network.output === "symbol" ? 1 : [3, 7];
      const fork = session.fork();
      const again = model.session(JSON.parse(JSON.stringify(session)));
      const expected = session.step(step);
      expect(fork.step(step)).toEqual(expected);
      expect(again.step(step)).toEqual(expected);
      expect(session.step(step)).not.toEqual(expected);
      expect(() => session.step(model.network.output === "symbol" ? 999 : [999])).toThrow("GeneratorSession.step");
      expect(() => model.session({ condition: [1, 2, 3, 4], states: [] })).toThrow("session, condition");
    }
  });

  it("comes back from its files, bit for bit", async () => {
    for (const [i, model] of (await models).entries()) {
      const files = model.toFiles();
      const copied = {
        ...files,
        config: JSON.parse(JSON.stringify(files.config)),
        encoder: JSON.parse(JSON.stringify(files.encoder)),
      };
      const again = await Generator.fromFiles(copied, "m");
      expect(again.evaluate(dataOf[i]!)).toEqual(model.evaluate(dataOf[i]!));
      const options = { ...optionsOf[i], seed: 5 };
      expect(again.generate(options)).toEqual(model.generate(options));
      const config = { ...copied.config, architecture: { ...copied.config.architecture, unit: "pictures" } };
      await expect(Generator.fromFiles({ ...copied, config }, "m")).rejects.toThrow("m/config.json, unit");
    }
  });

  it("samples as it generates: the pieces joined are the sequence, with a prompt going on from it", async () => {
    const [words_, music, streams] = await models;
    const joined = async (model: Generator, options: Parameters<Generator["sample"]>[0]) => {
      let all = "";
      for await (const piece of model.sample(options)) all += piece;
      return all;
    };
    expect(await joined(words_, { condition: "y", seed: 4 })).toBe(words_.generate({ condition: "y", seed: 4 }));
    const text_ = await joined(words_, { condition: "x", prompt: "ab", seed: 4 });
    expect(`ab${text_}`).toBe(words_.generate({ condition: "x", beginning: "ab", seed: 4 }));
    const roll = await joined(music, { prompt: "[[48, 60]]", length: 6, seed: 2 });
    expect(JSON.parse(roll)).toEqual(music.generate({ beginning: [[48, 60]], length: 6, seed: 2 }));
    expect(await joined(music, { length: 0 })).toBe("[]");
    const names = await joined(streams, { condition: "1,1", seed: 2, prompt: "on 70, wait 12" });
    expect(names).toMatch(/^on 70, wait 12, /);
    expect(streams.form.parse(names)).toEqual(
      streams.generate({ condition: [1, 1], seed: 2, beginning: streams.form.parse("on 70, wait 12") }),
    );
    await expect(joined(words_, { condition: "z" })).rejects.toThrow('one of "x", "y"');
    await expect(joined(music, { prompt: "[[200]]" })).rejects.toThrow("pitches from 21 to 108");
    await expect(joined(streams, { prompt: "on 70, bang", condition: "1,1" })).rejects.toThrow('got "bang"');
    await expect(joined(words_, { condition: "x", beginning: "ab" } as object)).rejects.toThrow(
      'sample: expected options of prompt, condition, length, temperature, topK, topP, seed, got "beginning".',
    );
    expect(() => words_.generate({ condition: "x", prompt: "ab" } as object)).toThrow(
      'generate: expected options of condition, beginning, length, temperature, topK, topP, seed, got "prompt".',
    );
    expect(() => music.generate({ topK: 0 })).toThrow("generate, option topK: expected an integer of at least 1");
    expect(() => words_.toMidi("ab", 120)).toThrow("a generator of unit roll or events, got one of unit char");
  });

  it("answers a line: the likeliest sequence of its condition", async () => {
    const [words_] = await models;
    expect(words_.answer("y")).toEqual({ output: words_.predict("y") });
    expect(words_.predictMany(["x", "y"])).toEqual([words_.predict("x"), words_.predict("y")]);
    expect(() => words_.answer("nobody")).toThrow('condition: expected one of "x", "y", got "nobody".');
  });

  it("is held against counts of the training data, or of the very data", async () => {
    const [words_, music] = await models;
    expect(generatorBaselines(words_, text, text).map(({ name }) => name)).toEqual([
      "unigram",
      "interpolated trigram",
      "Kneser-Ney 5-gram",
    ]);
    expect(generatorBaselines(music, rolls, rolls).map(({ name }) => name)).toEqual([
      "key frequencies",
      "last step, smoothed",
    ]);
    expect(generatorBaselines(music, rolls, undefined)[0]!.name).toBe("key frequencies of this data");
  });
});
