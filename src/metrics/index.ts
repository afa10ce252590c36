export { interpolatedTrigram } from "./interpolated-trigram.ts";
export { kneserNey } from "./kneser-ney.ts";
export type { NgramModel } from "./ngram-model.ts";
export { unigram } from "./unigram.ts";
