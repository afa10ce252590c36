import { requireInteger, requireOption } from "../../core/require-option.ts";
import { melScales } from "./mel-scale.ts";

export interface MelFilterBankOptions {
  /** Filters, 1 or more. */
  readonly bands: number;
  /** N of the transform whose N/2 + 1 bins are summed up. */
  readonly fftSize: number;
  readonly sampleRateHz: number;
  /** Which mel scale places the filters, and how high they are; default "htk". */
  readonly scale?: "htk" | "slaney";
  /** Where the first filter begins; default 0. */
  readonly lowHz?: number;
  /** Where the last filter ends; default half the sample rate. */
  readonly highHz?: number;
}

/**
 * Triangular filters at equal distances on a mel scale, over the bins of a power spectrum.
 *
 * Filter b rises from f(b-1) to its peak at f(b) and falls to f(b+1), linearly in Hz, where f are bands + 2 points at equal
 * distances in mel. "htk" filters are 1 at their peak; "slaney" ones have an area of 1 Hz, a peak of 2 / (f(b+1) - f(b-1)).
 * A filter narrower than a bin may catch none and then gives 0 for every sound: fewer bands or a longer window cure it.
 *
 * @throws option when a number is out of range.
 * Source: Young et al. 2006, "The HTK Book" 3.4, section 5.6; Slaney 1998, "Auditory Toolbox" version 2, mfcc.m. The points
 * are not rounded to bins.
 */
export class MelFilterBank {
  readonly bands: number;
  /** Weights of each filter in turn, from its first bin on. */
  readonly #weights: readonly Float64Array[];
  readonly #firstBins: Int32Array;

  constructor(options: MelFilterBankOptions) {
    const { bands, fftSize, sampleRateHz, scale = "htk", lowHz = 0, highHz = sampleRateHz / 2 } = options;
    const [where, most] = ["new MelFilterBank, option", sampleRateHz / 2];
    requireInteger(`${where} bands`, bands, 1);
    requireOption(`${where} lowHz`, lowHz, lowHz >= 0 && lowHz < highHz, `from 0 to below ${highHz} Hz`);
    requireOption(`${where} highHz`, highHz, highHz <= most, `at most ${most} Hz, half the rate`);
    this.bands = bands;
    const { toMel, toHz } = melScales[scale];
    const [lowMel, highMel] = [toMel(lowHz), toMel(highHz)];
    const points = Float64Array.from({ length: bands + 2 }, (_, i) =>
      toHz(lowMel + ((highMel - lowMel) * i) / (bands + 1)),
    );
    const bins = fftSize / 2 + 1;
    this.#firstBins = new Int32Array(bands);
    this.#weights = Array.from({ length: bands }, (_, b) => {
      const [left, peak, right] = [points[b]!, points[b + 1]!, points[b + 2]!];
      const height = scale === "slaney" ? 2 / (right - left) : 1;
      const weights: number[] = [];
      for (let bin = 0; bin < bins; bin++) {
        const hz = (bin * sampleRateHz) / fftSize;
        const weight = height * Math.min((hz - left) / (peak - left), (right - hz) / (right - peak));
        if (weight <= 0) continue;
        if (weights.length === 0) this.#firstBins[b] = bin;
        weights.push(weight);
      }
      return Float64Array.from(weights);
    });
  }

  /**
   * The energy in each band: the weighted sum over the bins, upwards.
   *
   * @param power as `[N/2 + 1]`.
   * @param energies as `[bands]`, written.
   */
  apply(power: Float64Array, energies: Float64Array): void {
    for (let b = 0; b < this.bands; b++) {
      const weights = this.#weights[b]!;
      const first = this.#firstBins[b]!;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * power[first + i]!;
      energies[b] = sum;
    }
  }
}
