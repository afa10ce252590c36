/** The minimal LSTM: no product with the state, so the time loop is element-wise alone. */
import { add, div, mul, sigmoid } from "../expression/expression.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { makeCell } from "../recurrence/make-cell.ts";

/**
 * An LSTM whose gates see x⟨t⟩ alone and share one unit of weight.
 *
 *     Γf   = σ(Wf x⟨t⟩ + bf)
 *     Γu   = σ(Wu x⟨t⟩ + bu)
 *     c̃⟨t⟩ = Wc x⟨t⟩ + bc
 *     a⟨t⟩ = Γf / (Γf + Γu) ⊙ a⟨t-1⟩ + Γu / (Γf + Γu) ⊙ c̃⟨t⟩
 *
 * @returns a cell with the state a [B, H], which is also its output.
 * Source: Feng et al. 2024, arXiv 2410.01201, section 3.2.
 * @example
 * ```ts
 * const cell = minLstm();
 * ```
 */
export function minLstm(): Cell {
  return makeCell({
    name: "minLstm",
    states: ["a"],
    step({ x, a }, { affine }) {
      const gammaF = sigmoid(affine("f", x));
      const gammaU = sigmoid(affine("u", x));
      const cTilde = affine("c", x);
      const total = add(gammaF, gammaU);
      return { a: add(mul(div(gammaF, total), a), mul(div(gammaU, total), cTilde)) };
    },
  });
}
