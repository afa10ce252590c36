/** The likeliest labels of a CTC model, by a search over prefixes. */
import { getOrMake } from "../core/get-or-make.ts";
import { logAdd, logSoftmax } from "../core/log-space.ts";
import { requireInteger } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import { requireFrames } from "./require-frames.ts";

const NEVER = Number.NEGATIVE_INFINITY;

/** How likely labels are by themselves, before a frame is heard; a state stands for the labels so far. */
export interface PrefixScorer<State> {
  /** The state before the first label. */
  readonly start: State;
  /** log p(label | the labels so far), nats, and the state after it; asked once for each prefix of the search. */
  extend(state: State, label: number): { readonly logProbability: number; readonly state: State };
  /** log p(end | the labels so far), nats; 0 where the model knows no end. */
  end(state: State): number;
}

export interface CtcBeamOptions<State> {
  /** Prefixes that are kept after each frame; default 16. */
  readonly beamSize?: number;
  /** The class that stands for no label; default 0. */
  readonly blank?: number;
  /** Likely sequences of labels, for choosing among those that sound alike. */
  readonly languageModel?: PrefixScorer<State> | undefined;
  /** What the language model's logarithm counts against the sound's; default 0.5. */
  readonly languageModelWeight?: number;
  /** Added for each label where there is a language model, which by itself favours short answers; default 0. */
  readonly labelBonus?: number;
}

/** One answer of the search. */
export interface CtcHypothesis {
  readonly labels: number[];
  /** log p(labels | frames), nats, over the alignments that the search kept. */
  readonly logProbability: number;
  /** What the hypotheses are ranked by: with the language model and the bonus. */
  readonly score: number;
}

/** A label sequence, as a node of the tree of all prefixes. */
class Prefix<State> {
  readonly parent: Prefix<State> | undefined;
  readonly label: number;
  readonly children: Map<number, Prefix<State>> = new Map();
  /** α log p of the language model and the bonus. */
  readonly prior: number;
  readonly state: State | undefined;
  /** log p of the alignments of the frames so far that end in a blank, and in the last label. */
  blank: number = NEVER;
  labelled: number = NEVER;
  /** The same with the frame at hand. */
  nextBlank: number = NEVER;
  nextLabelled: number = NEVER;
  /** The last frame at which the node became a candidate. */
  frame = -1;

  constructor(parent: Prefix<State> | undefined, label: number, prior: number, state: State | undefined) {
    this.parent = parent;
    this.label = label;
    this.prior = prior;
    this.state = state;
  }

  get score(): number {
    return logAdd(this.blank, this.labelled) + this.prior;
  }

  get labels(): number[] {
    const labels: number[] = [];
    for (let node: Prefix<State> = this; node.parent !== undefined; node = node.parent) labels.push(node.label);
    return labels.reverse();
  }
}

/**
 * The likeliest labels, with the alignments of each added up.
 *
 * After each frame the best `beamSize` prefixes are kept, each with the probability of its alignments that end in a blank
 * and of those that end in its last label: an equal label then goes on the old one, or begins a new one after a blank. With a
 * language model, prefixes are ranked by
 *
 *     log p(labels | frames) + α log p_LM(labels) + β |labels|
 *
 * The logarithms are float64 and the library's own, and equal scores keep the order in which they were found: the answer is
 * the same on every runtime. A beam that holds all prefixes gives the exact answer.
 *
 * @param scores of whole frames, before the soft-max, [frames, classes].
 * @returns the hypotheses that were kept, best first.
 * @throws option when a number is out of range.
 * Source: Graves and Jaitly 2014, "Towards end-to-end speech recognition with recurrent neural networks", algorithm 1; Hannun
 * et al. 2014, "First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs", arXiv
 * 1408.2873, for the language model.
 * @example
 * ```ts
 * const [best] = ctcBeam(scores, 27, { beamSize: 32 });
 * ```
 */
export function ctcBeam<State>(
  scores: ArrayLike<number>,
  classes: number,
  options: CtcBeamOptions<State> = {},
): CtcHypothesis[] {
  requireNames("ctcBeam", options, ["beamSize", "blank", "languageModel", "languageModelWeight", "labelBonus"]);
  const { beamSize = 16, blank = 0, languageModel, languageModelWeight = 0.5, labelBonus = 0 } = options;
  requireInteger("ctcBeam, option beamSize", beamSize, 1);
  requireFrames("ctcBeam", scores, classes, blank);
  const logits = logSoftmax(scores, classes);

  const childOf = (node: Prefix<State>, label: number): Prefix<State> =>
    getOrMake(node.children, label, () => {
      if (languageModel === undefined) return new Prefix<State>(node, label, 0, undefined);
      const { logProbability, state } = languageModel.extend(node.state as State, label);
      return new Prefix(node, label, node.prior + languageModelWeight * logProbability + labelBonus, state);
    });

  const root = new Prefix<State>(undefined, blank, 0, languageModel?.start);
  root.blank = 0;
  let beam: Prefix<State>[] = [root];
  for (let t = 0, at = 0; at < logits.length; t++, at += classes) {
    const candidates: Prefix<State>[] = [];
    const touch = (node: Prefix<State>): Prefix<State> => {
      if (node.frame !== t) {
        node.frame = t;
        node.nextBlank = NEVER;
        node.nextLabelled = NEVER;
        candidates.push(node);
      }
      return node;
    };
    for (const node of beam) {
      const { blank: afterBlank, labelled } = node;
      const total = logAdd(afterBlank, labelled);
      touch(node).nextBlank = logAdd(node.nextBlank, total + logits[at + blank]!);
      if (node.parent !== undefined) {
        node.nextLabelled = logAdd(node.nextLabelled, labelled + logits[at + node.label]!);
      }
      for (let k = 0; k < classes; k++) {
        if (k === blank) continue;
        const before = node.parent !== undefined && k === node.label ? afterBlank : total;
        if (before === NEVER) continue;
        const child = touch(childOf(node, k));
        child.nextLabelled = logAdd(child.nextLabelled, before + logits[at + k]!);
      }
    }
    // a prefix that has fallen out of the beam begins anew when its parent leads to it again
    for (const node of beam) {
      node.blank = NEVER;
      node.labelled = NEVER;
    }
    for (const node of candidates) {
      node.blank = node.nextBlank;
      node.labelled = node.nextLabelled;
    }
    const ranked = candidates.map((node) => ({ node, score: node.score }));
    ranked.sort((a, b) => b.score - a.score);
    beam = ranked.slice(0, beamSize).map(({ node }) => node);
  }
  const hypotheses = beam.map((node) => {
    const end = languageModel === undefined ? 0 : languageModelWeight * languageModel.end(node.state as State);
    return { labels: node.labels, logProbability: logAdd(node.blank, node.labelled), score: node.score + end };
  });
  return hypotheses.sort((a, b) => b.score - a.score);
}
