export { type BucketedBatchesOptions, bucketedBatches } from "./bucketed-batches.ts";
export { CharVocabulary, type CharVocabularyJson, type CharVocabularyOptions } from "./encoders/char-vocabulary.ts";
export { RunningText, type RunningTextOptions, type RunningTextWindow } from "./running-text.ts";
export { type RunningTextSplit, splitRunningText } from "./split.ts";
