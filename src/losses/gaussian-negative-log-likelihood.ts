/** The loss of a forecast that says how sure it is. */
import { elementwise } from "../autograd/elementwise.ts";
import { selectColumns } from "../autograd/select-columns.ts";
import { RecurraError } from "../core/errors.ts";
import { add, exp, mul, neg, sub } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** log 2π. */
const LOG_TWO_PI = 1.8378770664093453;

const lossOf = elementwise((mean, s, y) => {
  const error = sub(y, mean);
  return mul(0.5, add(add(LOG_TWO_PI, s), mul(mul(error, error), exp(neg(s)))));
});

/**
 * Negative log-likelihood of a normal distribution whose mean and log-variance are both predicted.
 *
 *     ŷ⟨t⟩ = [μ⟨t⟩, s⟨t⟩],  s = log σ²          L⟨t⟩ = ½ (log 2π + s⟨t⟩ + (y⟨t⟩ - μ⟨t⟩)² e^(-s⟨t⟩))
 *
 * The logarithm keeps the variance positive without a limit.
 *
 * @param yHat as [rows, 2 · units], a row a real step: the means, then the log-variances.
 * @param targets y as [rows, units].
 * @returns [1, 1], nats.
 * @throws shape when yHat has not twice the columns of the targets.
 * Source: Nix and Weigend 1994, "Estimating the mean and variance of the target probability distribution".
 */
export function gaussianNegativeLogLikelihood(yHat: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  const units = targets.columns;
  if (yHat.columns !== 2 * units) {
    throw new RecurraError("shape", {
      where: "gaussianNegativeLogLikelihood",
      expected: `yHat as [${targets.rows}, ${2 * units}]: means, then log-variances`,
      got: `[${yHat.rows}, ${yHat.columns}]`,
    });
  }
  const mean = selectColumns(yHat, 0, units);
  const logVariance = selectColumns(yHat, units, 2 * units);
  return reduceLosses(lossOf(mean, logVariance, targets), options.reduce);
}
