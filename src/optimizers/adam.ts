/** Adam, and Adam with decoupled weight decay. */
import { requireFinite, requireRate } from "../core/require-option.ts";
import { type OptionChecks, requireOptions } from "../core/require-options.ts";
import { add, div, mul, sqrt, sub } from "../expression/expression.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { RuleOptimizer, type UpdateRule } from "./optimizer.ts";

export interface AdamOptions {
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Keeps the division finite; default 1e-8. */
  readonly epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** λ: the share of a weight that a step of rate 1 takes away; default 0.01, as PyTorch's. Biases do not decay. */
  readonly weightDecay?: number | undefined;
}

type Scalars = "rate" | "rootCorrection" | "shrink";

const CHECKS: OptionChecks<keyof AdamOptions> = { beta1: requireRate, beta2: requireRate, epsilon: requireFinite };

function adamRule(name: string, options: AdamOptions): UpdateRule<"m" | "v", Scalars> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  // β1ᵗ and β2ᵗ as running products, so that a resumed run has the same bits
  const running: [number, number] = [1, 1];
  return {
    name,
    moments: ["m", "v"],
    scalars: ["rate", "rootCorrection", "shrink"],
    update({ p, g, m, v, decay, rate, rootCorrection, shrink }) {
      const mNext = add(mul(m, beta1), mul(g, 1 - beta1)); // m = β1 m + (1 - β1) g
      const vNext = add(mul(v, beta2), mul(mul(g, g), 1 - beta2)); // v = β2 v + (1 - β2) g²
      const denominator = add(mul(sqrt(vNext), rootCorrection), epsilon); // √v / √(1 - β2ᵗ) + ε
      const decayed = sub(p, mul(p, mul(decay, shrink))); // p - α λ p
      return { p: sub(decayed, mul(div(mNext, denominator), rate)), m: mNext, v: vNext };
    },
    running,
    next(learningRate) {
      running[0] *= beta1;
      running[1] *= beta2;
      return {
        rate: learningRate / (1 - running[0]),
        rootCorrection: 1 / Math.sqrt(1 - running[1]),
        shrink: learningRate,
      };
    },
  };
}

/**
 * Adam: steps of a size that does not depend on the gradient's scale.
 *
 *     m = β1 m + (1 - β1) g          v = β2 v + (1 - β2) g²
 *     p = p - α / (1 - β1ᵗ) · m / (√v / √(1 - β2ᵗ) + ε)
 *
 * Source: Kingma and Ba 2015, arXiv 1412.6980 v9, algorithm 1, with ε where PyTorch has it.
 */
export class Adam extends RuleOptimizer<"m" | "v", Scalars> {
  /** @throws option when one is unknown or out of range, or there are no parameters. */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    requireOptions("Adam", options, CHECKS);
    super(parameters, adamRule("adam", options));
  }
}

/**
 * Adam with weight decay apart from the gradient: p = p - α λ p before Adam's own step.
 *
 * Source: Loshchilov and Hutter 2019, arXiv 1711.05101 v3, algorithm 2.
 */
export class AdamW extends RuleOptimizer<"m" | "v", Scalars> {
  /** @throws option when one is unknown or out of range, or there are no parameters. */
  constructor(parameters: readonly Parameter[], options: AdamWOptions = {}) {
    requireOptions("AdamW", options, { ...CHECKS, weightDecay: requireFinite });
    super(parameters, adamRule("adamw", options), options.weightDecay ?? 0.01);
  }
}
