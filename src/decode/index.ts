/**
 * From scores to answers.
 * @module
 */
export type { ChainScores } from "../autograd/forward-backward.ts";
export { chainMarginals } from "./chain-marginals.ts";
export { type SampleChoice, sampleIndex } from "./sample-index.ts";
export { viterbi } from "./viterbi.ts";
