/** What a CTC decoder hears at first: the likeliest class of each frame. */
import { largestOf } from "../core/largest-of.ts";
import { requireNames } from "../core/require-options.ts";
import { requireFrames } from "./require-frames.ts";

export interface CtcGreedyOptions {
  /** The class that stands for no label; default 0. */
  readonly blank?: number;
  /** The likeliest class of the frame before, where the scores go on a stream; default the blank. */
  readonly before?: number;
}

/**
 * The labels of the likeliest alignment: the largest class of each frame, equal neighbours merged, blanks left out.
 *
 * It costs next to nothing and works on a stream, but the likeliest labels may have many alignments, none of them the
 * likeliest: `ctcBeam` adds them up.
 *
 * @param scores of whole frames, before or after the soft-max, [frames, classes].
 * @returns the labels, and the likeliest class of the last frame, to be given as `before` with the frames that follow.
 * Source: Graves et al. 2006, "Connectionist temporal classification", section 3.2, best path decoding.
 * @example
 * ```ts
 * ctcGreedy([0, 1, 0, 1, 1, 0, 0, 1], 2).labels; // [1, 1]: a blank stands between
 * ```
 */
export function ctcGreedy(
  scores: ArrayLike<number>,
  classes: number,
  options: CtcGreedyOptions = {},
): { readonly labels: number[]; readonly last: number } {
  requireNames("ctcGreedy", options, ["blank", "before"]);
  const { blank = 0 } = options;
  requireFrames("ctcGreedy", scores, classes, blank);
  let last = options.before ?? blank;
  const labels: number[] = [];
  for (let at = 0; at < scores.length; at += classes) {
    const best = largestOf(scores, at, classes);
    if (best !== last && best !== blank) labels.push(best);
    last = best;
  }
  return { labels, last };
}
