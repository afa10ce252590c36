/**
 * Layers over batches of sequences.
 * @module
 */
export { Bidirectional, type BidirectionalResult, type BidirectionalRunOptions } from "./bidirectional.ts";
export { CarriedStates } from "./carried-states.ts";
export { Dense, type DenseOptions } from "./dense.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { Recurrent, type RecurrentOptions, type RecurrentResult, type RunOptions, type States } from "./recurrent.ts";
export { Stacked, type StackedOptions, type StackedResult, type StackedRunOptions } from "./stacked.ts";
