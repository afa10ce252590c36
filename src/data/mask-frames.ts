import { Random } from "../core/random.ts";

/** Which stripes of a spectrogram are hidden; 0 of either kind hides none. */
export interface FrameMasks {
  /** Stripes of neighbouring bands; default 0. */
  readonly bandMasks?: number;
  /** The widest of them, bands. */
  readonly bandWidth?: number;
  /** Stripes of neighbouring frames; default 0. */
  readonly timeMasks?: number;
  /** The widest of them, frames. */
  readonly timeWidth?: number;
}

/** Masks of either kind that are told apart in the counters. */
const MOST_MASKS = 16;
/** No mask hides more than this share of a sequence, however short it is. */
const LARGEST_SHARE = 0.2;

/**
 * Hides stripes of bands and stripes of frames, so that a model learns to do without any of them.
 *
 * A stripe's width is drawn from 0 to the widest, its place among all that fit; hidden numbers are 0, the mean of scaled
 * frames. What comes out is a pure function of (frames, seed, draw).
 *
 * @param frames scaled ones, `[T, columns]`; they stay as they are.
 * @param draw which version, an integer of 0 or more: another for each sequence and each epoch.
 * Source: Park et al. 2019, "SpecAugment", arXiv 1904.08779, section 2, without time warping; a stripe of frames is at most
 * a fifth of the sequence, as in section 3's upper bound p.
 */
export function maskFrames(
  frames: Float32Array,
  columns: number,
  masks: FrameMasks,
  seed: number,
  draw: number,
): Float32Array {
  const { bandMasks = 0, bandWidth = 0, timeMasks = 0, timeWidth = 0 } = masks;
  const out = frames.slice();
  const length = frames.length / columns;
  const random = new Random(seed, "mask frames");
  /** [first, end) of stripe i of a kind. */
  const stripe = (kind: number, i: number, widest: number, size: number): [number, number] => {
    const place = ((draw * 2 + kind) * MOST_MASKS + i) * 2;
    const width = random.integer(place, Math.min(widest, size) + 1);
    const first = random.integer(place + 1, size - width + 1);
    return [first, first + width];
  };
  for (let i = 0; i < Math.min(bandMasks, MOST_MASKS); i++) {
    const [first, end] = stripe(0, i, bandWidth, columns);
    for (let t = 0; t < length; t++) out.fill(0, t * columns + first, t * columns + end);
  }
  const widest = Math.min(timeWidth, Math.floor(length * LARGEST_SHARE));
  for (let i = 0; i < Math.min(timeMasks, MOST_MASKS); i++) {
    const [first, end] = stripe(1, i, widest, length);
    out.fill(0, first * columns, end * columns);
  }
  return out;
}
