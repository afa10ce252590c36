export { bleu } from "./bleu.ts";
export { characterErrorRate } from "./character-error-rate.ts";
export { type ClassScore, ConfusionMatrix } from "./confusion-matrix.ts";
export { dynamicTimeWarping } from "./dynamic-time-warping.ts";
export { editDistance } from "./edit-distance.ts";
export { type Entity, type EntityTag, entitiesOf, entityTag } from "./entities.ts";
export { type EntityScores, entityF1 } from "./entity-f1.ts";
export { exactMatch } from "./exact-match.ts";
export { interpolatedTrigram } from "./interpolated-trigram.ts";
export { intervalCoverage } from "./interval-coverage.ts";
export { kneserNey } from "./kneser-ney.ts";
export { type LabelSetScores, labelSetScores } from "./label-sets.ts";
export { meanAbsoluteError } from "./mean-absolute-error.ts";
export { keyFrequencies, lastStepSmoothed, type MultiHotModel, type MultiHotSequence } from "./multi-hot-baselines.ts";
export {
  type CountedClassifier,
  likeliest,
  type NaiveBayesOptions,
  naiveBayes,
  positionalNaiveBayes,
} from "./naive-bayes.ts";
export { LARGEST_NGRAM_TRAINING, type NgramModel } from "./ngram-model.ts";
export { NgramNeighbour } from "./ngram-neighbour.ts";
export { rootMeanSquareError } from "./root-mean-square-error.ts";
export { seasonalError } from "./seasonal-error.ts";
export { seasonalNaiveStep } from "./seasonal-naive-step.ts";
export { tokenAccuracy } from "./token-accuracy.ts";
export { tokenize13a } from "./tokenize-13a.ts";
export { unigram } from "./unigram.ts";
export { wordErrorRate } from "./word-error-rate.ts";
