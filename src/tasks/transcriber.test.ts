import { beforeAll, describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { SMALL_TRANSCRIBER, spokenTones, toneClips } from "../../test/support/spoken-tones.ts";
import { RecurraError } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import { Resampler } from "../data/resampler.ts";
import { sourceOfFiles } from "../data/source-of-files.ts";
import { readTranscribedClips } from "../data/sources/transcribed-clips.ts";
import { writeWav } from "../data/sources/wav.ts";
import type { PrefixScorer } from "../decode/ctc-beam.ts";
import type { TrainingState } from "../training/trainer.ts";
import type { JsonObject, ModelFiles, TrainingRun } from "./task.ts";
import { trainTranscriber } from "./train-transcriber.ts";
import { Transcriber } from "./transcriber.ts";

const CLIPS = toneClips();
const SMALL = SMALL_TRANSCRIBER;

describe("trainTranscriber", () => {
  let run: TrainingRun<Transcriber>;
  beforeAll(async () => {
    run = trainTranscriber(CLIPS, { ...SMALL, bidirectional: false, epochs: 80 });
    await run.model;
  }, 30_000);

  it("learns to spell tones, and beats the most frequent transcript", async () => {
    const { valid, baselines } = await run.summary;
    expect(valid.charErrorRate).toBeLessThan(0.1);
    expect(baselines.map(({ name }) => name)).toEqual(["most frequent transcript", "nearest clip by time warping"]);
    expect(valid.charErrorRate).toBeLessThan(baselines[0]!.metrics.charErrorRate!);
  });

  it("scores a clip with the same bits alone as in a batch, and after loading", async () => {
    const model = await trainTranscriber(CLIPS, { ...SMALL, steps: 3 }).model;
    const inputs = CLIPS.slice(0, 9).map((clip) => model.features.input(clip));
    const together = model.scores(inputs);
    inputs.forEach((input, i) => {
      expectSameBits(model.scores([input])[0]!, together[i]!, `clip ${i}`);
    });
    const loaded = await Transcriber.fromFiles(model.toFiles(), "saved");
    expectSameBits(loaded.scores([inputs[2]!])[0]!, together[2]!, "loaded");
  });

  it("resumes to the same bits", async () => {
    const options = { ...SMALL, steps: 8, evaluateEvery: 4, scheduleSteps: 8, dropout: 0.2, speed: 0.1, bandMasks: 1 };
    const whole = await trainTranscriber(CLIPS, options).model;
    let state: TrainingState | undefined;
    await trainTranscriber(
      CLIPS,
      { ...options, steps: 4 },
      {
        save: async (saved) => {
          state = saved;
        },
      },
    ).model;
    const resumed = await trainTranscriber(CLIPS, options, { resume: state }).model;
    for (const [name, { data }] of whole.toFiles().weights) {
      expectSameBits(resumed.toFiles().weights.get(name)!.data, data, name);
    }
  });

  it("predicts many clips as it predicts each alone, bit for bit, by any search and however long its neighbours", async () => {
    const model = await run.model;
    const clips = [...CLIPS.slice(0, 35), spokenTones("abbabaabbbaababa", 1)];
    for (const options of [{ beamSize: 1 }, { beamSize: 4 }, { chunk: 3, lookAhead: 2 }]) {
      expect(model.predictMany(clips, options)).toEqual(clips.map((clip) => model.predict(clip, options)));
    }
    expect(model.predictMany([])).toEqual([]);
    const none = { samples: new Float32Array(0), sampleRateHz: 8000 };
    expect(() => model.predictMany([CLIPS[0]!, none])).toThrow(
      "predict, clip 2: expected a clip of one sample or more, got none.",
    );
  });

  it.each([{ lookAhead: 3 }, { languageModelWeight: 1 }, { labelBonus: 1 }])("refuses %j alone", async (options) => {
    const model = await run.model;
    expect(() => model.predict(CLIPS[0]!, options)).toThrow(`predict, option ${Object.keys(options)[0]}: expected `);
  });

  it("refuses a model of another task as a language model, and says what it is", async () => {
    const model = await run.model;
    const options = { languageModel: model as unknown as PrefixScorer<unknown> };
    expect(() => model.predict(CLIPS[0]!, options)).toThrow(
      "language model: expected a model of the task language-model, or an object with start, extend and end, got one of the task transcriber.",
    );
  });

  it("brings clips of other rates to that of the first", async () => {
    const model = await run.model;
    const wide = toneClips(8).map(({ transcript }, i) => spokenTones(transcript, i, 44_100));
    expect(wide[0]!.samples.length).toBe(4410);
    expect(model.evaluate(wide).charErrorRate).toBeLessThan(0.1);
    const samples = new Resampler(44_100, 8000).apply(wide[2]!.samples);
    expect(model.predict(wide[2]!)).toEqual(model.predict({ samples, sampleRateHz: 8000 }));
    const mixed = trainTranscriber([...CLIPS.slice(0, 8), ...wide], { ...SMALL, validFraction: 0.1, steps: 1 });
    expect((await mixed.model).features.json.sampleRateHz).toBe(8000);
  });

  it("names a clip that is too short for its transcript, or goes on without it and counts it", async () => {
    const short = { ...CLIPS[0]!, transcript: "abababababab", where: "short.wav" };
    const clips = [short, ...CLIPS, { ...short, where: "other.wav" }];
    const options = { ...SMALL, steps: 1 };
    const control = { valid: CLIPS.slice(0, 4) };
    expect(() => trainTranscriber(clips, options, control)).toThrow(
      "short.wav: expected 12 steps or more for its transcript, at its greatest speed, got 4. Use a smaller --stride or --speed, or leave the clip out. 2 records are bad, this is the first; --skip-bad goes on without.",
    );
    const faults = new DataFaults({ skip: true });
    await trainTranscriber(clips, options, { ...control, faults }).model;
    expect(faults.count).toBe(2);
    expect(() => trainTranscriber([short], options, { ...control, faults })).toThrow(
      "trainTranscriber: expected one clip or more, got 1 that are all too short for their transcripts.",
    );
    expect(() => trainTranscriber([], options, control)).toThrow("got none to train on.");
    expect(() => trainTranscriber(CLIPS, options, { valid: [] })).toThrow("got none to validate on.");
  });
});

describe("Transcriber.fromFiles", () => {
  type Change = (files: { config: Record<string, unknown>; encoder: Record<string, unknown> }) => void;
  let saved: ModelFiles;
  beforeAll(async () => {
    saved = (await trainTranscriber(CLIPS, { ...SMALL, steps: 1 }).model).toFiles();
  });

  it.each<[string, Change]>([
    ["config.json, hiddenSize: expected an integer from 1 to 65536", ({ config }) => delete config.hiddenSize],
    [
      "config.json, layers: expected an integer from 1 to 65536, got 0",
      ({ config }) => Object.assign(config, { layers: 0 }),
    ],
    ["config.json, beamSize", ({ config }) => Object.assign(config, { beamSize: "8" })],
    ["config.json, bidirectional: expected true or false", ({ config }) => Object.assign(config, { bidirectional: 1 })],
    ["config.json, labelFrom", ({ config }) => Object.assign(config, { labelFrom: 3 })],
    ["config.json, cell", ({ config }) => Object.assign(config, { cell: "grux" })],
    ["encoder.json, characters", ({ encoder }) => Object.assign(encoder, { characters: ["a", "a"] })],
    ["encoder.json, characters", ({ encoder }) => Object.assign(encoder, { characters: ["ab", "c"] })],
    ["encoder.json, features, sampleRateHz", ({ encoder }) => delete encoder.features],
    ["encoder.json, features, stride", (files) => changeFeatures(files, { stride: 0 })],
    ["encoder.json, features, scale: expected one of htk, slaney", (files) => changeFeatures(files, { scale: "mel" })],
    [
      "features, scaler: expected a mean and a scale of 10 numbers each",
      (files) => changeFeatures(files, { scaler: { mean: [1] } }),
    ],
    ["model.safetensors", ({ encoder }) => Object.assign(encoder, { characters: ["a", "b", "c"] })],
  ])("refuses files with a fault in %s", async (message, change) => {
    const { config, encoder, weights } = saved;
    const { architecture, task } = structuredClone(config) as { architecture: JsonObject; task: string };
    const changed = { config: { ...architecture }, encoder: structuredClone(encoder) as Record<string, unknown> };
    change(changed);
    const files = {
      config: { task, architecture: changed.config as JsonObject },
      encoder: changed.encoder as JsonObject,
      weights,
    };
    await expect(Transcriber.fromFiles(files, "saved")).rejects.toThrow(message);
  });
});

function changeFeatures(files: { encoder: Record<string, unknown> }, change: object): void {
  Object.assign(files.encoder.features as object, change);
}

describe("readTranscribedClips", () => {
  const wav = writeWav(CLIPS[0]!);

  it("reads a manifest, and names what is wrong by its line", async () => {
    const faults = new DataFaults({ skip: true });
    const manifest = "path\ttranscript\na.wav\tseven\nb.wav\teight\nempty.wav\tnine\na.wav\t\n";
    const source = sourceOfFiles("list.tsv", {
      "list.tsv": manifest,
      "a.wav": wav,
      "b.wav": "no wav",
      "empty.wav": writeWav({ samples: new Float32Array(0), sampleRateHz: 8000 }),
    });
    const clips = await readTranscribedClips(
      { ...source, isFolder: false, files: ["list.tsv"], read: (name) => source.read(name), pathOf: (name) => name },
      {},
      faults,
    );
    expect(clips.map(({ transcript }) => transcript)).toEqual(["seven"]);
    expect(faults.first.map(({ where, got }) => `${where}: ${got}`)).toEqual([
      expect.stringMatching('line 3, column "path": .*"no wav"'),
      expect.stringContaining('line 4, column "path": none'),
      'list.tsv, line 5, column "transcript": ""',
    ]);
  });

  it("reads a manifest of JSON Lines, and names what is wrong by its line", async () => {
    const faults = new DataFaults({ skip: true });
    const wide = writeWav(spokenTones("b", 1, 16_000));
    const lines = [
      { audio_filepath: "a.wav", text: "seven", speaker: "x" },
      { path: "wide.wav", transcript: " eight " },
      { wav: "a.wav", sentence: "" },
      { file: "a.wav" },
      { transcript: "nine" },
      { file: "gone.wav", text: "ten" },
      { file: "text.wav", text: "ten" },
      { file: "empty.wav", text: "ten" },
    ].map((line) => JSON.stringify(line));
    const files = sourceOfFiles("clips", {
      "list.jsonl": [...lines, "no JSON"].join("\n"),
      "a.wav": wav,
      "wide.wav": wide,
      "text.wav": "no wav",
      "empty.wav": writeWav({ samples: new Float32Array(0), sampleRateHz: 8000 }),
    });
    const read = async (name: string): Promise<Uint8Array> => {
      if (files.files.includes(name)) return await files.read(name);
      throw new RecurraError("data", { where: name, expected: "a file that can be read", got: "no such file" });
    };
    const source = { ...files, isFolder: false, files: ["list.jsonl"], read, pathOf: (name: string) => name };
    const clips = await readTranscribedClips(source, {}, faults);
    expect(clips.map(({ transcript, sampleRateHz }) => [transcript, sampleRateHz])).toEqual([
      ["seven", 8000],
      ["eight", 16_000],
    ]);
    expect(faults.first.map(({ where, got }) => `${where}: ${got}`)).toMatchInlineSnapshot(`
      [
        "list.jsonl, line 9, character 1: "no JSON"",
        "list.jsonl, line 3: """,
        "list.jsonl, line 4: undefined",
        "list.jsonl, line 5: undefined",
        "list.jsonl, line 6: gone.wav: no such file",
        "list.jsonl, line 7: text.wav, byte 0: "no wav"",
        "list.jsonl, line 8: none",
      ]
    `);
  });

  it("reads a folder by the names of its files", async () => {
    const faults = new DataFaults({ skip: true });
    const source = sourceOfFiles("clips", { "clips/7_x_0.wav": wav, "clips/note.txt": "x", "clips/x.wav": wav });
    const folder = {
      ...source,
      isFolder: true,
      files: source.files,
      read: (name: string) => source.read(name),
      pathOf: (name: string) => name,
    };
    const clips = await readTranscribedClips(folder, { labelFrom: "(\\d)_\\w+_\\d+\\.wav$" }, faults);
    expect([clips.map(({ transcript }) => transcript), faults.count]).toEqual([["7"], 1]);
  });
});
