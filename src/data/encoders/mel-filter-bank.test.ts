import { describe, expect, it } from "vitest";
import { MelFilterBank, type MelFilterBankOptions } from "./mel-filter-bank.ts";
import { melScales } from "./mel-scale.ts";

const { htk, slaney } = melScales;

describe("melScales", () => {
  it("slaney gives the values that librosa's documentation shows", () => {
    for (const [hz, mel] of [
      [60, 0.9],
      [110, 1.65],
      [220, 3.3],
      [440, 6.6],
    ] as const) {
      expect(slaney.toMel(hz)).toBeCloseTo(mel, 12);
    }
    [1, 2, 3, 4, 5].forEach((mel, i) => {
      expect(slaney.toHz(mel)).toBeCloseTo([66.667, 133.333, 200, 266.667, 333.333][i]!, 3);
    });
  });

  // librosa.mel_frequencies(n_mels=40), from 0 to 11025 Hz, as its documentation prints them
  const PUBLISHED = [
    0, 85.317, 170.635, 255.952, 341.269, 426.586, 511.904, 597.221, 682.538, 767.855, 853.173, 938.49, 1024.856,
    1119.114, 1222.042, 1334.436, 1457.167, 1591.187, 1737.532, 1897.337, 2071.84, 2262.393, 2470.47, 2697.686,
    2945.799, 3216.731, 3512.582, 3835.643, 4188.417, 4573.636, 4994.285, 5453.621, 5955.205, 6502.92, 7101.009,
    7754.107, 8467.272, 9246.028, 10096.408, 11025.0,
  ];

  it("slaney spaces 40 points up to 11025 Hz as librosa's documentation lists them", () => {
    const top = slaney.toMel(11025);
    PUBLISHED.forEach((hz, i) => {
      expect(Math.abs(slaney.toHz((top * i) / 39) - hz)).toBeLessThan(6e-4);
    });
  });

  it("htk is 2595 log10(1 + f / 700), and 1000 Hz are 1000 mel", () => {
    for (const hz of [0, 1, 100, 699.5, 4000, 22050]) {
      expect(htk.toMel(hz)).toBeCloseTo(2595 * Math.log10(1 + hz / 700), 9);
    }
    expect(Math.abs(htk.toMel(1000) - 1000)).toBeLessThan(0.02);
  });

  it.each(["htk", "slaney"] as const)("%s comes back to the same frequency", (name) => {
    for (const hz of [0, 33, 999.9, 1000, 1000.1, 5000, 24000]) {
      expect(melScales[name].toHz(melScales[name].toMel(hz))).toBeCloseTo(hz, 8);
    }
  });
});

/** Each filter's weight in each bin, by the published definitions: a triangle over bins, from the runtime's own maths. */
function plainFilters({ bands, fftSize, sampleRateHz, scale, lowHz, highHz }: Required<MelFilterBankOptions>) {
  const toMel = (f: number) => {
    if (scale === "htk") return 2595 * Math.log10(1 + f / 700);
    return f < 1000 ? (3 * f) / 200 : 15 + (27 * Math.log(f / 1000)) / Math.log(6.4);
  };
  const toHz = (m: number) => {
    if (scale === "htk") return 700 * (10 ** (m / 2595) - 1);
    return m < 15 ? (200 * m) / 3 : 1000 * Math.exp((Math.log(6.4) * (m - 15)) / 27);
  };
  const step = (toMel(highHz) - toMel(lowHz)) / (bands + 1);
  const f = Array.from({ length: bands + 2 }, (_, i) => toHz(toMel(lowHz) + i * step));
  return Array.from({ length: bands }, (_, b) => {
    const area = scale === "slaney" ? 2 / (f[b + 2]! - f[b]!) : 1;
    return Array.from({ length: fftSize / 2 + 1 }, (_, bin) => {
      const hz = (bin * sampleRateHz) / fftSize;
      if (hz <= f[b]! || hz >= f[b + 2]!) return 0;
      return area * (hz <= f[b + 1]! ? (hz - f[b]!) / (f[b + 1]! - f[b]!) : (f[b + 2]! - hz) / (f[b + 2]! - f[b + 1]!));
    });
  });
}

describe("MelFilterBank", () => {
  it.each<Required<MelFilterBankOptions>>([
    { bands: 40, fftSize: 512, sampleRateHz: 16000, scale: "htk", lowHz: 0, highHz: 8000 },
    { bands: 40, fftSize: 512, sampleRateHz: 16000, scale: "slaney", lowHz: 0, highHz: 8000 },
    { bands: 23, fftSize: 256, sampleRateHz: 8000, scale: "htk", lowHz: 64, highHz: 3800 },
    { bands: 13, fftSize: 256, sampleRateHz: 8000, scale: "slaney", lowHz: 133, highHz: 4000 },
  ])("weighs each bin as $scale defines it: $bands bands of $sampleRateHz Hz", (options) => {
    const bank = new MelFilterBank(options);
    const filters = plainFilters(options);
    const energies = new Float64Array(options.bands);
    for (let bin = 0; bin <= options.fftSize / 2; bin++) {
      const power = new Float64Array(options.fftSize / 2 + 1);
      power[bin] = 1;
      bank.apply(power, energies);
      energies.forEach((energy, b) => {
        expect(Math.abs(energy - filters[b]![bin]!)).toBeLessThan(1e-12);
      });
    }
  });

  it.each([
    [{ bands: 0 }, "option bands: expected an integer of at least 1, got 0."],
    [{ lowHz: 4000 }, "option lowHz: expected from 0 to below 4000 Hz, got 4000."],
    [{ highHz: 4001 }, "option highHz: expected at most 4000 Hz, half the rate, got 4001."],
  ])("refuses %j", (wrong, message) => {
    expect(() => new MelFilterBank({ bands: 10, fftSize: 256, sampleRateHz: 8000, ...wrong })).toThrow(message);
  });
});
