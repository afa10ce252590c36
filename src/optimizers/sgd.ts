/** Stochastic gradient descent. */
import { requireFinite, requireRate } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { add, mul, sub } from "../expression/expression.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { RuleOptimizer } from "./optimizer.ts";

export interface SgdOptions {
  /** μ: the share of the last step that is taken again; default 0.9. */
  readonly momentum?: number;
  /** λ, added to the gradient as λ p; default 0. Biases do not decay. */
  readonly weightDecay?: number | undefined;
}

/**
 * Gradient descent with momentum.
 *
 *     v = μ v + g + λ p          p = p - α v
 *
 * Source: Polyak 1964; the form is PyTorch's.
 */
export class Sgd extends RuleOptimizer<"v", "rate"> {
  /** @throws option when one is unknown or out of range, or there are no parameters. */
  constructor(parameters: readonly Parameter[], options: SgdOptions = {}) {
    requireOptions("Sgd", options, { momentum: requireRate, weightDecay: requireFinite });
    const { momentum = 0.9, weightDecay = 0 } = options;
    super(
      parameters,
      {
        name: "sgd",
        moments: ["v"],
        scalars: ["rate"],
        update({ p, g, v, decay, rate }) {
          const vNext = add(mul(v, momentum), add(g, mul(p, decay)));
          return { p: sub(p, mul(vNext, rate)), v: vNext };
        },
        running: [],
        next: (learningRate) => ({ rate: learningRate }),
      },
      weightDecay,
    );
  }
}
