/** The loss of a forecast by quantiles. */
import { concatColumns } from "../autograd/concat-columns.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { selectColumns } from "../autograd/select-columns.ts";
import { RecurraError } from "../core/errors.ts";
import { getOrMake } from "../core/get-or-make.ts";
import { requireOption } from "../core/require-option.ts";
import { max, mul, sub } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

type RowLoss = (...inputs: Tensor[]) => Tensor;

const pinballs = new Map<number, RowLoss>();

/** The pinball loss of one quantile, made once. */
function pinball(q: number): RowLoss {
  return getOrMake(pinballs, q, () => elementwise((yHat, y) => max(mul(q, sub(y, yHat)), mul(q - 1, sub(y, yHat)))));
}

export interface QuantileLossOptions extends LossOptions {
  /** The quantiles that are predicted, each above 0 and below 1; default 0.1, 0.5 and 0.9. */
  readonly quantiles?: readonly number[];
}

/**
 * Pinball loss: its least expected value is at the quantile q of the targets.
 *
 *     L_q⟨t⟩ = max(q (y⟨t⟩ - ŷ_q⟨t⟩), (q - 1) (y⟨t⟩ - ŷ_q⟨t⟩))
 *
 * @param yHat as [rows, quantiles · units], a row a real step: the units of the first quantile, then of the next.
 * @param targets y as [rows, units].
 * @returns [1, 1]; with reduce "mean" over steps, units and quantiles.
 * @throws shape when the columns differ; option when a quantile is not between 0 and 1.
 * Source: Koenker and Bassett 1978, "Regression quantiles".
 */
export function quantileLoss(yHat: Tensor, targets: Tensor, options: QuantileLossOptions = {}): Tensor {
  const { quantiles = [0.1, 0.5, 0.9] } = options;
  const units = targets.columns;
  requireOption(
    "quantileLoss, quantiles",
    quantiles,
    quantiles.length > 0 && quantiles.every((q) => q > 0 && q < 1),
    "numbers above 0 and below 1",
  );
  if (yHat.columns !== quantiles.length * units) {
    throw new RecurraError("shape", {
      where: "quantileLoss",
      expected: `yHat as [${targets.rows}, ${quantiles.length * units}], ${quantiles.length} quantiles of ${units}`,
      got: `[${yHat.rows}, ${yHat.columns}]`,
    });
  }
  const losses = quantiles.map((q, k) => pinball(q)(selectColumns(yHat, k * units, (k + 1) * units), targets));
  return reduceLosses(losses.reduce(concatColumns), options.reduce);
}
