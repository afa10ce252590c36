/**
 * Optimisers and gradient clipping.
 * @module
 */
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./adam.ts";
export { clipByValue, clipScale, gradientNorm } from "./clip.ts";
export type { Optimizer } from "./optimizer.ts";
export { RmsProp, type RmsPropOptions } from "./rms-prop.ts";
export { Sgd, type SgdOptions } from "./sgd.ts";
