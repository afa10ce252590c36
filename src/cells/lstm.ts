/** Long short-term memory. */
import { requireFinite, requireFlag, requireOneOf, requireRate, requireSize } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { add, type Expression, mul, sigmoid, sub, tanh } from "../expression/expression.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { makeCell } from "../recurrence/make-cell.ts";

export interface LstmOptions {
  /** a⟨t⟩ = Γo ⊙ tanh c⟨t⟩ ("tanh", default, as everywhere), or a⟨t⟩ = Γo ⊙ c⟨t⟩ ("linear", as in the notes). */
  readonly output?: "tanh" | "linear";
  /** Let the gates see the memory: Γu and Γf c⟨t-1⟩, Γo c⟨t⟩; default false. Source: Gers and Schmidhuber 2000. */
  readonly peepholes?: boolean;
  /** Γf = 1 - Γu, one gate for both; default false. Source: Greff et al. 2017, arXiv 1503.04069. */
  readonly coupled?: boolean;
  /** Units of a⟨t⟩ after a linear map, for a large memory with few outputs. Source: Sak et al. 2014, arXiv 1402.1128. */
  readonly projection?: number;
  /** Normalise each gate's pre-activation over its units; default false. */
  readonly layerNorm?: boolean;
  /** Rate of variational dropout on a⟨t-1⟩; default 0. */
  readonly recurrentDropout?: number;
  /** What bf begins with; default 1, so that the memory holds before training. Source: Jozefowicz et al. 2015. */
  readonly forgetBias?: number;
}

/**
 * Long short-term memory: a memory cell c⟨t⟩ with gates that admit, forget and show.
 *
 *     c̃⟨t⟩ = tanh(Wc [a⟨t-1⟩, x⟨t⟩] + bc)
 *     Γu   = σ(Wu [a⟨t-1⟩, x⟨t⟩] + bu)
 *     Γf   = σ(Wf [a⟨t-1⟩, x⟨t⟩] + bf)
 *     Γo   = σ(Wo [a⟨t-1⟩, x⟨t⟩] + bo)
 *     c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t-1⟩
 *     a⟨t⟩ = Γo ⊙ tanh c⟨t⟩
 *
 * @returns a cell with the states a [B, H] (or [B, projection]), which is its output, and c [B, H].
 * @throws option when one is unknown, or not what it may be.
 * Source: Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000; the course, "Long short-term memory".
 * @example
 * ```ts
 * const withPeepholes = lstm({ peepholes: true });
 * ```
 */
export function lstm(options: LstmOptions = {}): Cell {
  requireOptions("lstm", options, {
    output: requireOneOf("tanh", "linear"),
    peepholes: requireFlag,
    coupled: requireFlag,
    projection: requireSize,
    layerNorm: requireFlag,
    recurrentDropout: requireRate,
    forgetBias: requireFinite,
  });
  return makeCell({
    name: "lstm",
    states: { a: options.projection ?? "hidden", c: "hidden" },
    step({ x, a, c }, { affine, vector, layerNorm, dropout }) {
      const aPrev = dropout("a", a, options.recurrentDropout ?? 0);
      /** W [a⟨t-1⟩, x⟨t⟩] + b, with a peephole to the memory and normalised where the options say so. */
      const gate = (name: string, bias: number | true, memory?: Expression): Expression => {
        let s = affine(name, aPrev, x, { bias });
        if (options.peepholes === true && memory !== undefined) s = add(s, mul(vector(`${name}.peephole`), memory));
        return options.layerNorm === true ? layerNorm(name, s) : s;
      };

      const cTilde = tanh(gate("c", true));
      const gammaU = sigmoid(gate("u", true, c));
      const gammaF = options.coupled === true ? sub(1, gammaU) : sigmoid(gate("f", options.forgetBias ?? 1, c));
      const cNext = add(mul(gammaU, cTilde), mul(gammaF, c));
      const gammaO = sigmoid(gate("o", true, cNext));
      const shown = mul(gammaO, options.output === "linear" ? cNext : tanh(cNext));
      return {
        a: options.projection === undefined ? shown : affine("p", shown, projected(options.projection)),
        c: cNext,
      };
    },
  });
}

function projected(size: number): { size: number; bias: false } {
  return { size, bias: false };
}
