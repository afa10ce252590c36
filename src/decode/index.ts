/**
 * From scores to answers.
 * @module
 */
export { type SampleChoice, sampleIndex } from "./sample-index.ts";
