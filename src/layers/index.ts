/**
 * Layers over batches of sequences.
 * @module
 */

export type { WeightSeed } from "../core/draw-weights.ts";
export { AdaptiveSoftmax, type AdaptiveSoftmaxOptions, defaultCutoffs } from "./adaptive-softmax.ts";
export {
  Attention,
  type AttentionMemory,
  type AttentionOptions,
  type AttentionResult,
  type AttentionScore,
} from "./attention.ts";
export { initialOf, keepLast } from "./batch-states.ts";
export {
  Bidirectional,
  type BidirectionalOptions,
  type BidirectionalResult,
  type BidirectionalRunOptions,
} from "./bidirectional.ts";
export { CarriedStates } from "./carried-states.ts";
export { CharacterEncoder, type CharacterEncoderOptions, type WordLetters } from "./character-encoder.ts";
export { Crf, type CrfOptions } from "./crf.ts";
export { type DeepRecurrent, type DeepRecurrentOptions, deepRecurrent } from "./deep-recurrent.ts";
export { Dense, type DenseOptions } from "./dense.ts";
export { Dropout, type DropoutLayerOptions } from "./dropout.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { type Bags, EmbeddingBag, type EmbeddingBagOptions } from "./embedding-bag.ts";
export type { JointOptions } from "./joints.ts";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.ts";
export { Pooling, type PoolingKind, type PoolingOptions, poolings } from "./pooling.ts";
export { Recurrent, type RecurrentOptions, type RecurrentResult, type RunOptions, type States } from "./recurrent.ts";
export {
  RecurrentStack,
  type RecurrentStackOptions,
  type StackedResult,
  type StackedRunOptions,
} from "./recurrent-stack.ts";
export { Stacked, type StackedOptions } from "./stacked.ts";
export {
  type BidirectionalStates,
  StackedBidirectional,
  type StackedBidirectionalOptions,
  type StackedBidirectionalResult,
  type StackedBidirectionalRunOptions,
} from "./stacked-bidirectional.ts";
export { StreamStates, type StreamStatesJson } from "./stream-states.ts";
export { StreamingRecurrent } from "./streaming-recurrent.ts";
export { StreamingStack } from "./streaming-stack.ts";
