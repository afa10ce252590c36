/**
 * From scores to answers.
 * @module
 */

export type { ChainScores } from "../autograd/forward-backward.ts";
export { type Advanced, type BeamSearchOptions, beamSearch, type Hypothesis } from "./beam-search.ts";
export { chainMarginals } from "./chain-marginals.ts";
export { type CtcBeamOptions, type CtcHypothesis, ctcBeam, type PrefixScorer } from "./ctc-beam.ts";
export { type CtcGreedyOptions, ctcGreedy } from "./ctc-greedy.ts";
export type { SampleChoice } from "./draw-index.ts";
export { sampleIndex } from "./sample-index.ts";
export { sampleKeys } from "./sample-keys.ts";
export { viterbi } from "./viterbi.ts";
