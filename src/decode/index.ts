/**
 * From scores to answers.
 * @module
 */
export { sampleIndex } from "./sample-index.ts";
