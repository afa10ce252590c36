/** RMSProp. */
import { requireFinite, requireRate } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { add, div, mul, sqrt, sub } from "../expression/expression.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { RuleOptimizer } from "./optimizer.ts";

export interface RmsPropOptions {
  /** ρ: decay of the mean of squared gradients; default 0.99, as PyTorch's. */
  readonly decay?: number;
  /** Keeps the division finite; default 1e-8. */
  readonly epsilon?: number;
  /** λ, added to the gradient as λ p; default 0. Biases do not decay. */
  readonly weightDecay?: number | undefined;
}

/**
 * RMSProp: each number's step divided by the size its gradients have had of late.
 *
 *     v = ρ v + (1 - ρ) (g + λ p)²          p = p - α (g + λ p) / (√v + ε)
 *
 * Source: Tieleman and Hinton 2012, lecture 6.5; the form is PyTorch's.
 */
export class RmsProp extends RuleOptimizer<"v", "rate"> {
  /** @throws option when one is unknown or out of range, or there are no parameters. */
  constructor(parameters: readonly Parameter[], options: RmsPropOptions = {}) {
    requireOptions("RmsProp", options, { decay: requireRate, epsilon: requireFinite, weightDecay: requireFinite });
    const { decay: rho = 0.99, epsilon = 1e-8, weightDecay = 0 } = options;
    super(
      parameters,
      {
        name: "rmsprop",
        moments: ["v"],
        scalars: ["rate"],
        update({ p, g, v, decay, rate }) {
          const whole = add(g, mul(p, decay));
          const vNext = add(mul(v, rho), mul(mul(whole, whole), 1 - rho));
          return { p: sub(p, mul(div(whole, add(sqrt(vNext), epsilon)), rate)), v: vNext };
        },
        running: [],
        next: (learningRate) => ({ rate: learningRate }),
      },
      weightDecay,
    );
  }
}
