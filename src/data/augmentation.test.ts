import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { Random } from "../core/random.ts";
import { augmentWaveform } from "./augment-waveform.ts";
import { maskFrames } from "./mask-frames.ts";
import { Resampler } from "./resampler.ts";

function tone(hz: number, rate: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rate));
}

const energyOf = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

describe("Resampler", () => {
  it.each([
    [44100, 8000, 1000],
    [8000, 44100, 3000],
    [16000, 8000, 3100],
    [11025, 8000, 440],
    [36, 40, 4],
  ])("from %i to %i Hz a tone of %i Hz stays what it is within 1 %%", (from, to, hz) => {
    const samples = new Resampler(from, to).apply(tone(hz, from, 2000));
    const right = tone(hz, to, samples.length);
    expect(samples.length).toBe(Math.ceil((2000 * to) / from));
    const edge = Math.ceil((40 * to) / Math.min(from, to));
    for (let m = edge; m < samples.length - edge; m++) expect(Math.abs(samples[m]! - right[m]!)).toBeLessThan(0.01);
  });

  it("takes away what the lower rate cannot hold, and keeps a constant", () => {
    expect(energyOf(new Resampler(16000, 8000).apply(tone(6000, 16000, 4000)).subarray(100, 1900))).toBeLessThan(1e-6);
    const constant = new Resampler(8000, 11025).apply(new Float32Array(500).fill(0.5));
    for (let m = 60; m < constant.length - 60; m++) expect(constant[m]).toBeCloseTo(0.5, 6);
  });

  it.each([
    [44100, 8000],
    [8000, 11025],
    [8000, 8000],
  ])("from %i to %i Hz streams the same bits as the whole, in constant memory", (from, to) => {
    const resampler = new Resampler(from, to);
    for (const length of [0, 1, 50, 3000]) {
      const samples = tone(440, from, length);
      const whole = resampler.apply(samples);
      for (const size of [1, 37, 4000]) {
        const parts: number[] = [];
        let stream = resampler.stream();
        for (let at = 0; at < length; at += size) {
          parts.push(...stream.push(samples.subarray(at, at + size)));
          stream = resampler.stream(JSON.parse(JSON.stringify(stream)));
          expect(stream.toJSON().kept.length).toBeLessThan(400);
        }
        expectSameBits([...parts, ...stream.end()], whole, `${length} samples in pieces of ${size}`);
      }
    }
    const wrong = { kept: [], offset: -1, next: 0 };
    expect(() => resampler.stream(wrong)).toThrow("session, resampler, offset: expected an integer from 0");
  });

  it("gives the clip itself at the same rate, and refuses a rate of 0", () => {
    const samples = tone(440, 8000, 10);
    expect(new Resampler(8000, 8000).apply(samples)).toBe(samples);
    expect(() => new Resampler(0, 8000)).toThrow("new Resampler, fromHz: expected an integer of at least 1, got 0.");
  });
});

describe("augmentWaveform", () => {
  const clip = tone(300, 8000, 800);

  it("leaves a clip as it is where nothing is asked", () => {
    expect(augmentWaveform(clip, 8000, {}, 1, 5)).toEqual(clip);
  });

  it("is a pure function of clip, seed and draw, and differs between draws", () => {
    const all = { gainDb: 6, shiftMs: 10, noise: 0.3, speed: 0.1 };
    const first = augmentWaveform(clip, 8000, all, 1, 5);
    augmentWaveform(clip, 8000, all, 1, 6);
    expect(augmentWaveform(clip, 8000, all, 1, 5)).toEqual(first);
    expect(augmentWaveform(clip, 8000, all, 1, 6)).not.toEqual(first);
    expect(augmentWaveform(clip, 8000, all, 2, 5)).not.toEqual(first);
  });

  it("keeps each change within its bounds, and reaches near them", () => {
    const gains: number[] = [];
    const shifts: number[] = [];
    const lengths: number[] = [];
    const noises: number[] = [];
    const impulse = new Float32Array(801);
    impulse[400] = 1;
    const silence = new Float32Array(8000);
    silence[0] = 1;
    for (let draw = 0; draw < 200; draw++) {
      gains.push(20 * Math.log10(Math.max(...augmentWaveform(impulse, 8000, { gainDb: 6 }, 1, draw))));
      shifts.push(augmentWaveform(impulse, 8000, { shiftMs: 10 }, 1, draw).indexOf(1) - 400);
      lengths.push(augmentWaveform(clip, 8000, { speed: 0.1 }, 1, draw).length);
      const noisy = augmentWaveform(silence, 8000, { noise: 0.5 }, 1, draw);
      noises.push(Math.sqrt(energyOf(noisy.subarray(1))) / Math.sqrt(energyOf(silence)));
    }
    const range = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
    for (const [values, low, high, slack] of [
      [gains, -6, 6, 0.3],
      [shifts, -80, 80, 4],
      [lengths, 800 / 1.1, 800 / 0.9, 2],
      [noises, 0, 0.5, 0.02],
    ] as const) {
      const [least, most] = range(values);
      expect(least).toBeGreaterThanOrEqual(low - slack / 10 - 0.6 * Number(values === lengths));
      expect(least).toBeLessThan(low + slack);
      expect(most).toBeLessThanOrEqual(high + slack + Number(values === lengths));
      expect(most).toBeGreaterThan(high - slack);
    }
  });

  it("takes a clip of no sample", () => {
    expect(augmentWaveform(new Float32Array(0), 8000, { noise: 1, speed: 0.1, shiftMs: 5 }, 1, 0).length).toBe(0);
  });
});

describe("maskFrames", () => {
  const [length, columns] = [50, 8];
  const frames = new Float32Array(length * columns).fill(1);

  it("hides whole stripes of bands and of frames and nothing else", () => {
    const masks = { bandMasks: 2, bandWidth: 3, timeMasks: 2, timeWidth: 6 };
    let hidden = 0;
    for (let draw = 0; draw < 100; draw++) {
      const out = maskFrames(frames, columns, masks, 1, draw);
      const at = (t: number, j: number): number => out[t * columns + j]!;
      const times = Array.from({ length }, (_, t) => t).filter((t) =>
        Array.from(frames.subarray(0, columns)).every((_, j) => at(t, j) === 0),
      );
      const bands = Array.from({ length: columns }, (_, j) => j).filter((j) =>
        Array.from({ length }, (_, t) => t).every((t) => at(t, j) === 0),
      );
      expect(times.length).toBeLessThanOrEqual(12);
      expect(bands.length).toBeLessThanOrEqual(6);
      for (let t = 0; t < length; t++) {
        for (let j = 0; j < columns; j++) expect(at(t, j)).toBe(times.includes(t) || bands.includes(j) ? 0 : 1);
      }
      hidden += times.length + bands.length;
    }
    expect(hidden).toBeGreaterThan(500);
  });

  it("is a pure function of frames, seed and draw, and leaves the frames it was given", () => {
    const masks = { bandMasks: 1, bandWidth: 4, timeMasks: 1, timeWidth: 10 };
    const first = maskFrames(frames, columns, masks, new Random(3, "x").seed, 4);
    expect(maskFrames(frames, columns, masks, 3, 4)).toEqual(first);
    expect(maskFrames(frames, columns, masks, 3, 5)).not.toEqual(first);
    expect(frames.every((value) => value === 1)).toBe(true);
  });

  it("hides at most a fifth of a short sequence in one stripe, and nothing where nothing is asked", () => {
    const short = new Float32Array(4 * columns).fill(1);
    for (let draw = 0; draw < 20; draw++) {
      expect(maskFrames(short, columns, { timeMasks: 1, timeWidth: 100 }, 1, draw)).toEqual(short);
      expect(maskFrames(frames, columns, {}, 1, draw)).toEqual(frames);
    }
  });
});
