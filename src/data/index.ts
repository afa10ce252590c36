export { CharVocabulary, type CharVocabularyJson, type CharVocabularyOptions } from "./encoders/char-vocabulary.ts";
export { RunningText, type RunningTextOptions, type RunningTextWindow } from "./running-text.ts";
export { type RunningTextSplit, splitRunningText } from "./split.ts";
