import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../../test/support/expect-same-bits.ts";
import { Random } from "../../core/random.ts";
import { fillNormal } from "../../core/random-normal.ts";
import type { SlidingWindowJson } from "../sliding-window.ts";
import { FrameScaler } from "./frame-scaler.ts";
import { FrameStacking } from "./frame-stacking.ts";
import { LogMel, type LogMelOptions } from "./log-mel.ts";
import { MelFilterBank } from "./mel-filter-bank.ts";

function noise(length: number, purpose = "noise"): Float32Array {
  const samples = new Float32Array(length);
  fillNormal(new Random(2, purpose), samples, 0, 0.1);
  return samples;
}

/** Frames by the definition: window, transform, filters and logarithm from the runtime's own maths. */
function plainFrames(
  samples: Float32Array,
  length: number,
  hop: number,
  fftSize: number,
  bank: MelFilterBank,
): number[] {
  const frames: number[] = [];
  for (let start = 0; start + length <= samples.length; start += hop) {
    const power = Float64Array.from({ length: fftSize / 2 + 1 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < length; n++) {
        const x = samples[start + n]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
        re += x * Math.cos((2 * Math.PI * k * n) / fftSize);
        im -= x * Math.sin((2 * Math.PI * k * n) / fftSize);
      }
      return re * re + im * im;
    });
    const energies = new Float64Array(bank.bands);
    bank.apply(power, energies);
    frames.push(...Array.from(energies, (energy) => Math.log(Math.max(energy, 1e-10))));
  }
  return frames;
}

interface Stream {
  push(x: Float32Array): Float32Array;
  end(): Float32Array;
  toJSON(): SlidingWindowJson;
}

/** Everything that a stream gives for samples cut into pieces, each pushed into a stream made from the JSON of the last. */
function streamed({ open }: { open(json?: SlidingWindowJson): Stream }, x: Float32Array, cuts: number[]): number[] {
  const parts: number[] = [];
  let [at, stream] = [0, open()];
  for (let i = 0; at < x.length; i++) {
    const size = cuts[i % cuts.length]!;
    parts.push(...stream.push(x.subarray(at, at + size)));
    at += size;
    stream = open(JSON.parse(JSON.stringify(stream)));
  }
  return [...parts, ...stream.end()];
}

describe("LogMel", () => {
  it("gives the definition's frames within 1e-6", () => {
    const samples = noise(1000);
    const options = { sampleRateHz: 8000, bands: 12, scale: "slaney", lowHz: 50 } as const;
    const frames = new LogMel(options).frames(samples);
    const right = plainFrames(samples, 200, 80, 256, new MelFilterBank({ ...options, fftSize: 256 }));
    expect(frames.length).toBe(right.length);
    frames.forEach((value, i) => {
      expect(Math.abs(value - right[i]!)).toBeLessThan(1e-6);
    });
  });

  it("gives the same bytes on every runtime: a checksum over a second of noise", () => {
    const frames = new LogMel({ sampleRateHz: 8000 }).frames(noise(8000));
    const words = new Uint32Array(frames.buffer);
    let checksum = 0;
    for (const word of words) checksum = (Math.imul(checksum, 31) + word) >>> 0;
    expect([frames.length, checksum]).toEqual([98 * 40, 1187720115]);
  });

  it("finds a tone in the band around it", () => {
    const samples = Float32Array.from({ length: 800 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 1000 * n) / 8000));
    const frames = new LogMel({ sampleRateHz: 8000, bands: 20 }).frames(samples);
    const first = [...frames.subarray(0, 20)];
    // 20 bands of equal width in mel up to 2146 mel, the tone at 1000
    expect(first.indexOf(Math.max(...first))).toBe(9);
  });

  it("makes one frame of a clip shorter than a window, none of no sample, and floors silence", () => {
    const logMel = new LogMel({ sampleRateHz: 8000, bands: 4 });
    expect([0, 1, 199, 200, 279, 280].map((samples) => logMel.count(samples))).toEqual([0, 1, 1, 1, 1, 2]);
    expect(logMel.frames(new Float32Array(0)).length).toBe(0);
    expect([...logMel.frames(new Float32Array(5))]).toEqual(new Array(4).fill(Math.fround(Math.log(1e-10))));
  });

  it.each<[string, Partial<LogMelOptions>]>([
    ["the hop shorter than the window", {}],
    ["the hop longer than the window", { windowMs: 5, hopMs: 12 }],
  ])("streams the same bits as the whole clip, %s", (_, options) => {
    const logMel = new LogMel({ sampleRateHz: 8000, bands: 6, ...options });
    for (const length of [0, 1, 37, 200, 201, 1500]) {
      const samples = noise(length);
      const whole = logMel.frames(samples);
      for (const cuts of [[1], [7, 300, 1], [80], [10000]]) {
        const stream = { open: (json?: SlidingWindowJson) => logMel.stream(json) };
        expectSameBits(streamed(stream, samples, cuts), whole, `${length} samples in pieces of ${cuts}`);
      }
    }
  });

  it.each([
    [{ windowMs: 0 }, "new LogMel, option windowMs: expected milliseconds of one sample or more at 8000 Hz, got 0."],
    [{ hopMs: 0.01 }, "new LogMel, option hopMs: expected milliseconds of one sample or more at 8000 Hz, got 0.01."],
  ])("refuses %j", (wrong, message) => {
    expect(() => new LogMel({ sampleRateHz: 8000, ...wrong })).toThrow(message);
  });
});

describe("FrameStacking", () => {
  it("puts frames beside each other and repeats the last one at the end", () => {
    const frames = new Float32Array([1, 10, 2, 20, 3, 30, 4, 40]);
    expect([...new FrameStacking(2, 3, 2).apply(frames)]).toEqual([1, 10, 2, 20, 3, 30, 3, 30, 4, 40, 4, 40]);
    expect([...new FrameStacking(2, 1, 1).apply(frames)]).toEqual([...frames]);
    expect(new FrameStacking(2, 3, 2).apply(new Float32Array(0)).length).toBe(0);
  });

  it.each([
    [1, 1],
    [3, 2],
    [2, 5],
    [4, 4],
  ])("of %i frames every %i streams the same bits as the whole", (stack, stride) => {
    const stacking = new FrameStacking(3, stack, stride);
    for (const length of [0, 1, 2, 5, 16]) {
      const frames = noise(length * 3, "frames");
      const whole = stacking.apply(frames);
      expect(whole.length).toBe(stacking.count(length) * stacking.size);
      for (const cuts of [[3], [6, 0, 9], [300]]) {
        const stream = { open: (json?: SlidingWindowJson) => stacking.stream(json) };
        expectSameBits(streamed(stream, frames, cuts), whole, `${length} frames in pieces of ${cuts}`);
      }
    }
  });

  it("refuses a stride of 0", () => {
    expect(() => new FrameStacking(2, 1, 0)).toThrow(
      "new FrameStacking, stride: expected an integer of at least 1, got 0.",
    );
  });
});

describe("FrameScaler", () => {
  it("brings the columns of all sequences together to mean 0 and deviation 1", () => {
    const sequences = [noise(30, "a"), noise(60, "b").map((value, i) => value * (1 + (i % 3)) + 5)];
    const scaler = FrameScaler.of(sequences, 3);
    const all = sequences.flatMap((frames) => [...scaler.apply(frames)]);
    for (let j = 0; j < 3; j++) {
      const column = all.filter((_, i) => i % 3 === j);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(variance).toBeCloseTo(1, 5);
    }
  });

  it("leaves a column that does not move at 0, and comes back from JSON to the same bits", () => {
    const frames = new Float32Array([1, 4, 1, 5, 1, 6]);
    const scaler = FrameScaler.of([frames], 2);
    const scaled = scaler.apply(frames);
    expect([scaled[0], scaled[2], scaled[4]]).toEqual([0, 0, 0]);
    const again = FrameScaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
    expectSameBits(again.apply(frames), scaled, "scaled");
  });

  it("refuses to learn from no frame", () => {
    expect(() => FrameScaler.of([], 2)).toThrow("FrameScaler.of: expected one frame or more, got none.");
  });
});
