export { characterErrorRate } from "./character-error-rate.ts";
export { editDistance } from "./edit-distance.ts";
export { interpolatedTrigram } from "./interpolated-trigram.ts";
export { kneserNey } from "./kneser-ney.ts";
export type { NgramModel } from "./ngram-model.ts";
export { unigram } from "./unigram.ts";
export { wordErrorRate } from "./word-error-rate.ts";
