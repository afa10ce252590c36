/** The truth of every kernel that comes with who calls it: plain loops, which a page that only uses a model does without. */
import { RecurraError } from "../../core/errors.ts";
import { columnSums, columnSumsTruth } from "../column-sums.ts";
import { crossEntropy, crossEntropyTruth } from "../cross-entropy.ts";
import { crossEntropyGradient, crossEntropyGradientTruth } from "../cross-entropy-gradient.ts";
import { dropoutMask, dropoutMaskTruth } from "../dropout-mask.ts";
import type { OwnKernel, Truth } from "../engine.ts";
import { normalize, normalizeTruth } from "../normalize.ts";
import { normalizeGradient, normalizeGradientTruth } from "../normalize-gradient.ts";
import { product, productTruth } from "../product.ts";
import { scatterAdd, scatterAddTruth } from "../scatter-add.ts";
import { softmax, softmaxTruth } from "../softmax.ts";
import { sum, sumTruth } from "../sum.ts";
import { sumOfSquares, sumOfSquaresTruth } from "../sum-of-squares.ts";

/** A kernel beside its truth: both take the same call. */
const pair = <Call extends unknown[], Result>(kernel: OwnKernel<Call, Result>, truth: Truth<Call, Result>) =>
  [kernel, truth] as const;

const TRUTHS: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  pair(columnSums, columnSumsTruth),
  pair(crossEntropy, crossEntropyTruth),
  pair(crossEntropyGradient, crossEntropyGradientTruth),
  pair(dropoutMask, dropoutMaskTruth),
  pair(normalize, normalizeTruth),
  pair(normalizeGradient, normalizeGradientTruth),
  pair(product, productTruth),
  pair(scatterAdd, scatterAddTruth),
  pair(softmax, softmaxTruth),
  pair(sum, sumTruth),
  pair(sumOfSquares, sumOfSquaresTruth),
]);

/** @throws internal for a kernel that is not in the list above. */
export function truthOf<Call extends unknown[], Result>(kernel: OwnKernel<Call, Result>): Truth<Call, Result> {
  const truth = TRUTHS.get(kernel) as Truth<Call, Result> | undefined;
  if (truth !== undefined) return truth;
  throw new RecurraError("internal", {
    where: "ReferenceEngine.run",
    expected: "a kernel of truths.ts",
    got: kernel.name,
  });
}
