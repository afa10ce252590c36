import { exactExp } from "../core/exact-math.ts";
import { getOrMake } from "../core/get-or-make.ts";
import { Random } from "../core/random.ts";
import { fillNormal } from "../core/random-normal.ts";
import { Resampler } from "./resampler.ts";

/** How far a clip may be changed; 0 leaves it as it is in that respect. */
export interface WaveformAugmentation {
  /** Louder or softer by up to so many decibels; default 0. */
  readonly gainDb?: number;
  /** Moved later in time by up to so many milliseconds, or earlier by as much; default 0. */
  readonly shiftMs?: number;
  /** White noise of a strength drawn between none and this share of the clip's own root mean square; default 0. */
  readonly noise?: number;
  /** Spoken faster or slower by up to this share, its pitch with it; default 0. */
  readonly speed?: number;
}

/** Speeds are a multiple of 1 / this, so that few tables of weights serve all. */
const SPEEDS = 40;
const resamplers = new Map<number, Resampler>();

function atSpeed(samples: Float32Array, fortieths: number): Float32Array {
  return getOrMake(resamplers, fortieths, () => new Resampler(fortieths, SPEEDS)).apply(samples);
}

/**
 * A clip as it might have been said on another day: at another speed, sooner or later, louder or softer, in noise.
 *
 *     y[n] = g x[n - d] + σ z[n],    g = 10^(gain / 20),  z standard normal
 *
 * What comes out is a pure function of (clip, seed, draw): neither the batch nor the order of the calls has a part in it. A
 * shift fills the clip with zeros at one end and cuts as much at the other.
 *
 * @param draw which version of the clip, an integer of 0 or more: another for each clip and each epoch.
 * @returns a new clip, as long as the old one but for the speed.
 * Source: Ko et al. 2015, "Audio augmentation for speech recognition", for the speed.
 */
export function augmentWaveform(
  samples: Float32Array,
  sampleRateHz: number,
  augmentation: WaveformAugmentation,
  seed: number,
  draw: number,
): Float32Array {
  const { gainDb = 0, shiftMs = 0, noise = 0, speed = 0 } = augmentation;
  const random = new Random(seed, "augment waveform");
  const within = (place: number, limit: number): number => (2 * random.uniform(4 * draw + place) - 1) * limit;
  const paced = atSpeed(samples, SPEEDS + Math.round(within(0, speed * SPEEDS)));
  const gain = exactExp((within(1, gainDb) / 20) * Math.LN10);
  const shift = Math.round((within(2, shiftMs) * sampleRateHz) / 1000);
  const out = new Float32Array(paced.length);
  if (noise > 0) {
    let energy = 0;
    for (let n = 0; n < paced.length; n++) energy += paced[n]! * paced[n]!;
    const deviation = gain * random.uniform(4 * draw + 3) * noise * Math.sqrt(energy / Math.max(1, paced.length));
    fillNormal(new Random(seed, `augment waveform, noise ${draw}`), out, 0, deviation);
  }
  const first = Math.max(0, shift);
  const end = Math.min(out.length, out.length + shift);
  for (let n = first; n < end; n++) out[n]! += gain * paced[n - shift]!;
  return out;
}
