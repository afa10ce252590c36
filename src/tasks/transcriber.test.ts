import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { SMALL_TRANSCRIBER, toneClips } from "../../test/support/spoken-tones.ts";
import { DataFaults } from "../data/data-faults.ts";
import { sourceOfFiles } from "../data/source-of-files.ts";
import { readTranscribedClips } from "../data/sources/transcribed-clips.ts";
import { writeWav } from "../data/sources/wav.ts";
import type { TrainingState } from "../training/trainer.ts";
import { trainTranscriber } from "./train-transcriber.ts";
import { Transcriber } from "./transcriber.ts";

const CLIPS = toneClips();
const SMALL = SMALL_TRANSCRIBER;

describe("trainTranscriber", () => {
  it("learns to spell tones, and beats the most frequent transcript", async () => {
    const run = trainTranscriber(CLIPS, { ...SMALL, bidirectional: false, epochs: 80 });
    const { valid, baselines } = await run.summary;
    expect(valid.charErrorRate).toBeLessThan(0.1);
    expect(baselines.map(({ name }) => name)).toEqual(["most frequent transcript", "nearest clip by time warping"]);
    expect(valid.charErrorRate).toBeLessThan(baselines[0]!.metrics.charErrorRate!);
  }, 30_000);

  it("scores a clip with the same bits alone as in a batch, and after loading", async () => {
    const model = await trainTranscriber(CLIPS, { ...SMALL, steps: 3 }).model;
    const inputs = CLIPS.slice(0, 9).map((clip) => model.features.input(clip));
    const together = model.scores(inputs);
    inputs.forEach((input, i) => {
      expectSameBits(model.scores([input])[0]!, together[i]!, `clip ${i}`);
    });
    const loaded = Transcriber.fromFiles(model.toFiles(), "saved");
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

  it("names a clip that is too short for its transcript", () => {
    const short = { ...CLIPS[0]!, transcript: "abababababab", where: "short.wav" };
    expect(() => trainTranscriber([short, ...CLIPS], { ...SMALL, validFraction: 0.02 })).toThrow(
      "short.wav: expected 12 steps or more",
    );
  });
});

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
      expect.stringContaining("line 5"),
      expect.stringContaining("line 3"),
      expect.stringContaining("line 4"),
    ]);
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
