/**
 * Recurra: recurrent sequence models, written as equations, trained and run anywhere JavaScript runs.
 * @module
 */
export { defaultEngine } from "./engine/default-engine.ts";
export type { Engine } from "./engine/engine.ts";
export { engineWith } from "./engine/engine-with.ts";
export { ReferenceEngine } from "./engine/reference/reference-engine.ts";
export { WasmEngine, type WasmEngineOptions } from "./engine/wasm/wasm-engine.ts";
// The engine stands first, so that the emitters follow each other where all is one file: alike as they are, they pack
// 1 kB smaller in a page that takes everything.

export { additiveScores } from "./autograd/additive-scores.ts";
export { type Attended, attention } from "./autograd/attention.ts";
export { AttentionPairs } from "./autograd/attention-pairs.ts";
export { concatColumns } from "./autograd/concat-columns.ts";
export { type ChainParameters, chainScores, crfNegativeLogLikelihood } from "./autograd/crf-negative-log-likelihood.ts";
export { crossEntropy } from "./autograd/cross-entropy.ts";
export { ctcFrames, ctcLoss } from "./autograd/ctc-loss.ts";
export { differentiate } from "./autograd/differentiate.ts";
export { type DropoutOptions, dropout } from "./autograd/dropout.ts";
export { elementwise } from "./autograd/elementwise.ts";
export { type GradientReport, gradCheck } from "./autograd/grad-check.ts";
export { layerNorm } from "./autograd/layer-norm.ts";
export { linear, linearTransposed } from "./autograd/linear.ts";
export { lookUp } from "./autograd/look-up.ts";
export type { Merge } from "./autograd/merge.ts";
export { multiplicativeScores } from "./autograd/multiplicative-scores.ts";
export { selectColumns } from "./autograd/select-columns.ts";
export { selectRows } from "./autograd/select-rows.ts";
export { sum } from "./autograd/sum.ts";
export * from "./cells/index.ts";
export { type ChosenFile, loadModelFiles, type ModelSource } from "./checkpoint/load-model-files.ts";
export type { ModelFiles } from "./checkpoint/model-files.ts";
export { type ErrorCode, type ErrorParts, RecurraError } from "./core/errors.ts";
export { Packing } from "./core/packing.ts";
export { Random } from "./core/random.ts";
export { fillNormal } from "./core/random-normal.ts";
export { sampleIndex } from "./decode/sample-index.ts";
export {
  abs,
  add,
  div,
  type Expression,
  exp,
  log,
  max,
  min,
  mul,
  neg,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  tanh,
} from "./expression/expression.ts";
export * from "./layers/index.ts";
export * from "./losses/index.ts";
export * from "./optimizers/index.ts";
export { type Cell, type CellDefinition, defineCell, type StateSize } from "./recurrence/define-cell.ts";
export type { AffineOptions, CellTools, Step, StepValues } from "./recurrence/trace.ts";
export { Unroll } from "./recurrence/unroll.ts";
export { Indices } from "./tensor/indices.ts";
export { Parameter } from "./tensor/parameter.ts";
export { step } from "./tensor/tape.ts";
export { Tensor } from "./tensor/tensor.ts";
