import { exactLog } from "../../core/exact-log.ts";
import { exactExp } from "../../core/exact-math.ts";

/** Pitch as heard, mel, from frequency, Hz, and back. */
export interface MelScale {
  toMel(hz: number): number;
  toHz(mel: number): number;
}

/** Slaney's scale is linear up to here. */
const CORNER_HZ = 1000;
const HZ_A_MEL = 200 / 3;
const CORNER_MEL = CORNER_HZ / HZ_A_MEL;
/** ln of the ratio of two frequencies one mel apart, above the corner: 27 mel make 6400 / 1000. */
const LOG_STEP = exactLog(6.4) / 27;

/**
 * The two mel scales in use.
 *
 * - `htk`: mel = 2595 log₁₀(1 + f / 700), so that 1000 Hz are 1000 mel.
 * - `slaney`: mel = 3 f / 200 up to 1000 Hz, and from there a mel is a factor of 6.4^(1/27); 1000 Hz are 15 mel.
 *
 * Source: Young et al. 2006, "The HTK Book" 3.4, equation 5.13; Slaney 1998, "Auditory Toolbox" version 2, mfcc.m.
 * @example
 * ```ts
 * melScales.slaney.toMel(440); // 6.6
 * ```
 */
export const melScales: Readonly<Record<"htk" | "slaney", MelScale>> = {
  htk: {
    toMel: (hz) => 2595 * (exactLog(1 + hz / 700) / Math.LN10),
    toHz: (mel) => 700 * (exactExp((mel / 2595) * Math.LN10) - 1),
  },
  slaney: {
    toMel: (hz) => (hz < CORNER_HZ ? hz / HZ_A_MEL : CORNER_MEL + exactLog(hz / CORNER_HZ) / LOG_STEP),
    toHz: (mel) => (mel < CORNER_MEL ? mel * HZ_A_MEL : CORNER_HZ * exactExp((mel - CORNER_MEL) * LOG_STEP)),
  },
};
