import { exactCos, exactSin } from "../core/exact-math.ts";
import { requireInteger } from "../core/require-option.ts";
import { ResamplerStream, type ResamplerStreamJson } from "./resampler-stream.ts";

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16;
/** The share of the smaller half rate that is let through. */
const PASSED = 0.95;

/**
 * Changes the sample rate of a sound.
 *
 *     y[m] = Σₙ x[n] h(m from / to - n)      h(u) = c sinc(c u) (½ + ½ cos(π u c / 16)),   c = 0.95 min(1, to / from)
 *
 * A sinc under a Hann window of 16 zero crossings on each side; its weights are scaled to sum to 1, so that a constant stays
 * what it is. A tone below 0.8 of the smaller half rate keeps its amplitude within 1 %. Weights are made once for each of the
 * phases that occur, to / gcd(from, to) of them.
 *
 * @throws option when a rate is no integer of 1 or more.
 * Source: Smith 1984, "The digital audio resampling home page"; Crochiere and Rabiner 1983.
 * @example
 * ```ts
 * const samples = new Resampler(44100, 8000).apply(recording);
 * ```
 */
export class Resampler {
  /** Output samples and input samples of one round of phases. */
  readonly #up: number;
  readonly #down: number;
  readonly #cutoff: number;
  readonly #reach: number;
  readonly #phases: (Float64Array | undefined)[] = [];

  constructor(fromHz: number, toHz: number) {
    for (const [name, rate] of Object.entries({ fromHz, toHz })) {
      requireInteger(`new Resampler, ${name}`, rate, 1);
    }
    let [a, b] = [fromHz, toHz];
    while (b > 0) [a, b] = [b, a % b];
    this.#up = toHz / a;
    this.#down = fromHz / a;
    this.#cutoff = PASSED * Math.min(1, toHz / fromHz);
    this.#reach = Math.ceil(CROSSINGS / this.#cutoff);
  }

  /** Whether both rates are the same: the sound then stays as it is. */
  get isIdentity(): boolean {
    return this.#up === this.#down;
  }

  /** Samples at the new rate of so many at the old one: `⌈samples · to / from⌉`. */
  count(samples: number): number {
    return Math.ceil((samples * this.#up) / this.#down);
  }

  /** The first old sample that new sample m is made of, less than 0 near the beginning, and the first that it is not. */
  span(m: number): { readonly first: number; readonly end: number } {
    const at = m * this.#down;
    const first = (at - (at % this.#up)) / this.#up - this.#reach + 1;
    return { first, end: first + 2 * this.#reach };
  }

  /** The sound at the new rate, `[count(samples)]`; beyond its ends the old one is 0. */
  apply(samples: Float32Array): Float32Array {
    return this.isIdentity ? samples : this.between(samples, 0, 0, this.count(samples.length));
  }

  /**
   * New samples `from` to `to - 1`.
   *
   * @param samples a stretch of the old ones; what lies beyond it is 0.
   * @param offset where in the old sound the stretch begins.
   */
  between(samples: Float32Array, offset: number, from: number, to: number): Float32Array {
    const out = new Float32Array(to - from);
    for (let m = from; m < to; m++) {
      const first = this.span(m).first - offset;
      const weights = this.#weightsOf((m * this.#down) % this.#up);
      const end = Math.min(weights.length, samples.length - first);
      let sum = 0;
      for (let i = Math.max(0, -first); i < end; i++) sum += weights[i]! * samples[first + i]!;
      out[m - from] = sum;
    }
    return out;
  }

  /**
   * Changes the rate of a sound that arrives in pieces.
   *
   * @param json where an earlier stream stood, as its `toJSON` gave it.
   */
  stream(json?: ResamplerStreamJson): ResamplerStream {
    return new ResamplerStream(this, json);
  }

  /** The weights of the 2 · reach samples around a place that lies phase / up after a sample. */
  #weightsOf(phase: number): Float64Array {
    const known = this.#phases[phase];
    if (known !== undefined) return known;
    const c = this.#cutoff;
    const weights = new Float64Array(2 * this.#reach);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      const u = c * (phase / this.#up + this.#reach - 1 - i);
      if (Math.abs(u) >= CROSSINGS) continue;
      const sinc = u === 0 ? 1 : exactSin(Math.PI * u) / (Math.PI * u);
      weights[i] = sinc * (0.5 + 0.5 * exactCos((Math.PI * u) / CROSSINGS));
      sum += weights[i]!;
    }
    for (let i = 0; i < weights.length; i++) weights[i]! /= sum;
    this.#phases[phase] = weights;
    return weights;
  }
}
