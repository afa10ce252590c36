/**
 * Losses over rows. A row is a real step of a sequence, so padding counts for nothing by construction.
 *
 * A loss of your own is a formula: `elementwise` traces it, derives its gradient and emits one kernel each way.
 *
 * ```ts run
 * import { Dense, defaultEngine, differentiate, elementwise, log, mul, step, sub, Tensor } from "recurra";
 * import { add, div, exp } from "recurra";
 * import { reduceLosses } from "recurra/losses";
 *
 * // log cosh: squared for small errors, absolute for large ones
 * const logCosh = elementwise((yHat, y) => {
 *   const e = sub(yHat, y);
 *   return log(mul(0.5, add(exp(e), div(1, exp(e)))));
 * });
 * const engine = defaultEngine();
 * const dense = new Dense({ engine, name: "dense", inputSize: 2, outputSize: 1, seed: 1 });
 * dense.weight.assign([1, 2]);
 * dense.bias.assign([0]);
 * const loss = step(engine, () =>
 *   differentiate(engine, () => {
 *     const yHat = dense.run(Tensor.from(engine, 2, 2, [1, 0, 0, 1])); // [rows, 1]
 *     return reduceLosses(logCosh(yHat, Tensor.from(engine, 2, 1, [1, 1])), "sum");
 *   }),
 * );
 * console.log(loss.toFixed(4), Array.from(dense.weight.gradient(), (g) => g.toFixed(4)).join(" "));
 * ```
 * ```text output
 * 0.4338 0.0000 0.7616
 * ```
 * @module
 */
export { absoluteError } from "./absolute-error.ts";
export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export { gaussianNegativeLogLikelihood } from "./gaussian-negative-log-likelihood.ts";
export { type QuantileLossOptions, quantileLoss } from "./quantile-loss.ts";
export { type LossOptions, type Reduction, reduceLosses } from "./reduction.ts";
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from "./softmax-cross-entropy.ts";
export { squaredError } from "./squared-error.ts";
