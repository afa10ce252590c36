/** The gated recurrent unit, in the course's sense: Γu admits the new. */
import { requireFlag, requireOneOf, requireRate } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { add, type Expression, mul, sigmoid, sub, tanh } from "../expression/expression.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { makeCell } from "../recurrence/make-cell.ts";

export interface GruOptions {
  /**
   * Where the relevance gate Γr acts: "after" the product with the weights (PyTorch's and Keras's default, and ours,
   * because most published weights are so) or "before" it (the course, ONNX's default).
   */
  readonly reset?: "after" | "before";
  /** Leave the relevance gate out, as the notes do first; default false. */
  readonly simplified?: boolean;
  /** Normalise each gate's pre-activation over its units; default false. */
  readonly layerNorm?: boolean;
  /** Rate of variational dropout on a⟨t-1⟩ where it enters the gates; default 0. */
  readonly recurrentDropout?: number;
}

/**
 * The gated recurrent unit (the course writes c⟨t⟩ for a⟨t⟩; here they are one).
 *
 *     Γu   = σ(Wu [a⟨t-1⟩, x⟨t⟩] + bu)
 *     Γr   = σ(Wr [a⟨t-1⟩, x⟨t⟩] + br)
 *     c̃⟨t⟩ = tanh(Wc [Γr ⊙ a⟨t-1⟩, x⟨t⟩] + bc)                     reset "before"
 *     c̃⟨t⟩ = tanh(Wcx x⟨t⟩ + bc + Γr ⊙ (Wca a⟨t-1⟩ + bca))          reset "after"
 *     c̃⟨t⟩ = tanh(Wc [a⟨t-1⟩, x⟨t⟩] + bc)                          simplified
 *     a⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 - Γu) ⊙ a⟨t-1⟩
 *
 * PyTorch's z is 1 - Γu: reading and writing its files negates the update rows.
 *
 * @returns a cell with the state a [B, H], which is also its output.
 * @throws option when one is unknown, or not what it may be.
 * Source: Cho et al. 2014, arXiv 1406.1078 v3 ("before") and v1 ("after"); the course, "Gated recurrent unit".
 * @example
 * ```ts
 * const asInTheCourse = gru({ reset: "before" });
 * ```
 */
export function gru(options: GruOptions = {}): Cell {
  requireOptions("gru", options, {
    reset: requireOneOf("after", "before"),
    simplified: requireFlag,
    layerNorm: requireFlag,
    recurrentDropout: requireRate,
  });
  const reset = options.simplified === true ? "none" : (options.reset ?? "after");
  return makeCell({
    name: "gru",
    states: ["a"],
    step({ x, a }, { affine, layerNorm, dropout }) {
      const norm = (name: string, s: Expression): Expression => (options.layerNorm === true ? layerNorm(name, s) : s);
      const aPrev = dropout("a", a, options.recurrentDropout ?? 0);

      const gammaU = sigmoid(norm("u", affine("u", aPrev, x)));
      let cTilde: Expression;
      if (reset === "none") cTilde = tanh(norm("c", affine("c", aPrev, x)));
      else {
        const gammaR = sigmoid(norm("r", affine("r", aPrev, x)));
        cTilde =
          reset === "before"
            ? tanh(norm("c", affine("c", mul(gammaR, aPrev), x)))
            : tanh(add(norm("c", affine("c", x)), mul(gammaR, norm("ca", affine("ca", aPrev)))));
      }
      return { a: add(mul(gammaU, cTilde), mul(sub(1, gammaU), a)) };
    },
  });
}
