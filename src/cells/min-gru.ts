/** The minimal GRU: no product with the state, so the time loop is element-wise alone. */
import { add, mul, sigmoid, sub } from "../expression/expression.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { makeCell } from "../recurrence/make-cell.ts";

/**
 * A GRU whose gate and candidate see x⟨t⟩ alone.
 *
 *     Γu   = σ(Wu x⟨t⟩ + bu)
 *     c̃⟨t⟩ = Wc x⟨t⟩ + bc
 *     a⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 - Γu) ⊙ a⟨t-1⟩
 *
 * @returns a cell with the state a [B, H], which is also its output.
 * Source: Feng et al. 2024, arXiv 2410.01201, section 3.1.
 * @example
 * ```ts
 * const cell = minGru();
 * ```
 */
export function minGru(): Cell {
  return makeCell({
    name: "minGru",
    states: ["a"],
    step({ x, a }, { affine }) {
      const gammaU = sigmoid(affine("u", x));
      const cTilde = affine("c", x);
      return { a: add(mul(gammaU, cTilde), mul(sub(1, gammaU), a)) };
    },
  });
}
