import { exactLog } from "../../core/exact-log.ts";
import { exactCos } from "../../core/exact-math.ts";
import { isInteger } from "../../core/is-integer.ts";
import { requireOption } from "../../core/require-option.ts";
import type { SlidingWindowJson } from "../sliding-window.ts";
import { LogMelStream } from "./log-mel-stream.ts";
import { MelFilterBank } from "./mel-filter-bank.ts";
import { RealFft } from "./real-fft.ts";

export interface LogMelOptions {
  readonly sampleRateHz: number;
  /** Mel bands, the numbers of a frame; default 40, as speech recognisers have it. */
  readonly bands?: number;
  /** Length of a frame in milliseconds; default 25: a few periods of a voice, in which a sound stands still. */
  readonly windowMs?: number;
  /** From the start of a frame to that of the next, milliseconds; default 10. */
  readonly hopMs?: number;
  /** Default "htk". */
  readonly scale?: "htk" | "slaney";
  /** The lowest frequency, Hz; default 0. */
  readonly lowHz?: number;
  /** The highest frequency, Hz; default half the sample rate. */
  readonly highHz?: number;
}

/** Energies are raised to this before the logarithm: silence is -23.03. */
const FLOOR = 1e-10;

/**
 * Log-mel spectra: a frame every few milliseconds, of ln energy in each mel band.
 *
 *     w[n] = ½ - ½ cos(2π n / N)      E_b⟨t⟩ = Σ_k M_b[k] |FFT(w ⊙ x⟨t⟩)[k]|²      frame⟨t⟩ = ln max(E⟨t⟩, 1e-10)
 *
 * x⟨t⟩ are the N samples from t · hop on, and only whole windows make a frame, so that a frame depends on its own samples
 * alone and a stream gives the same bytes as a whole clip; a clip shorter than a window is filled with zeros to make one.
 * The transform is as long as the next power of two. Sine, cosine and logarithm are the library's own: the bytes are the
 * same on every runtime.
 *
 * @throws option when a number is out of range.
 * Source: Davis and Mermelstein 1980, "Comparison of parametric representations for monosyllabic word recognition", without
 * the last cosine transform; filters as in `MelFilterBank`.
 * @example
 * ```ts
 * const logMel = new LogMel({ sampleRateHz: 8000 });
 * const frames = logMel.frames(samples); // [frames, 40]
 * ```
 */
export class LogMel {
  readonly sampleRateHz: number;
  readonly bands: number;
  /** Samples of a frame. */
  readonly windowLength: number;
  /** Samples from the start of a frame to that of the next. */
  readonly hop: number;
  readonly #window: Float64Array;
  readonly #fft: RealFft;
  readonly #filters: MelFilterBank;
  readonly #frame: Float64Array;
  readonly #power: Float64Array;
  readonly #energies: Float64Array;

  constructor(options: LogMelOptions) {
    const { sampleRateHz, bands = 40, windowMs = 25, hopMs = 10 } = options;
    const windowLength = Math.round((sampleRateHz * windowMs) / 1000);
    const hop = Math.round((sampleRateHz * hopMs) / 1000);
    const require = (name: string, value: number, length: number): void => {
      requireOption(
        `new LogMel, option ${name}`,
        value,
        isInteger(length, 1),
        `milliseconds of one sample or more at ${sampleRateHz} Hz`,
      );
    };
    require("windowMs", windowMs, windowLength);
    require("hopMs", hopMs, hop);
    this.sampleRateHz = sampleRateHz;
    this.bands = bands;
    this.windowLength = windowLength;
    this.hop = hop;
    let fftSize = 2;
    while (fftSize < windowLength) fftSize *= 2;
    this.#filters = new MelFilterBank({ ...options, bands, fftSize });
    this.#window = Float64Array.from(
      { length: windowLength },
      (_, n) => 0.5 - 0.5 * exactCos((2 * Math.PI * n) / windowLength),
    );
    this.#fft = new RealFft(fftSize);
    this.#frame = new Float64Array(fftSize);
    this.#power = new Float64Array(fftSize / 2 + 1);
    this.#energies = new Float64Array(bands);
  }

  /** Frames that a clip of so many samples has: none without a sample. */
  count(samples: number): number {
    if (samples === 0) return 0;
    return samples < this.windowLength ? 1 : 1 + Math.floor((samples - this.windowLength) / this.hop);
  }

  /** All frames of a clip, `[frames, bands]`. */
  frames(samples: Float32Array): Float32Array {
    const frames = new Float32Array(this.count(samples.length) * this.bands);
    for (let t = 0; t * this.bands < frames.length; t++) this.#write(samples, t * this.hop, frames, t * this.bands);
    return frames;
  }

  /**
   * Frames of a sound that arrives in pieces.
   *
   * @param json where an earlier stream stood, as its `toJSON` gave it.
   */
  stream(json?: SlidingWindowJson): LogMelStream {
    return new LogMelStream(this, json);
  }

  /** The frame that begins at a sample; what lies beyond the clip is 0. */
  #write(samples: Float32Array, start: number, frames: Float32Array, to: number): void {
    const frame = this.#frame;
    const length = Math.min(this.windowLength, samples.length - start);
    for (let n = 0; n < length; n++) frame[n] = this.#window[n]! * samples[start + n]!;
    frame.fill(0, length);
    this.#fft.power(frame, this.#power);
    this.#filters.apply(this.#power, this.#energies);
    for (let b = 0; b < this.bands; b++) frames[to + b] = exactLog(Math.max(this.#energies[b]!, FLOOR));
  }
}
