/** The plain recurrent unit. */
import { relu, sigmoid, tanh } from "../expression/expression.ts";
import { type Cell, defineCell } from "../recurrence/define-cell.ts";

export interface RnnOptions {
  /** g, the activation of a⟨t⟩; default "tanh", which keeps the state bounded. */
  readonly activation?: "tanh" | "relu" | "sigmoid";
  /** Normalise the pre-activation over its units; default false. */
  readonly layerNorm?: boolean;
  /** Rate of variational dropout on a⟨t-1⟩; default 0. */
  readonly recurrentDropout?: number;
}

const ACTIVATIONS = { tanh, relu, sigmoid };

/**
 * The basic recurrent unit.
 *
 *     a⟨t⟩ = g(Wa [a⟨t-1⟩, x⟨t⟩] + ba)
 *
 * @returns a cell with the state a [B, H], which is also its output.
 * Source: Elman 1990, "Finding structure in time"; the course, "Recurrent neural network model".
 * @example
 * ```ts
 * const cell = rnn({ activation: "relu" });
 * ```
 */
export function rnn(options: RnnOptions = {}): Cell {
  const g = ACTIVATIONS[options.activation ?? "tanh"];
  return defineCell({
    name: "rnn",
    states: ["a"],
    step({ x, a }, { affine, layerNorm, dropout }) {
      const aPrev = dropout("a", a, options.recurrentDropout ?? 0);
      const s = affine("a", aPrev, x);
      return { a: g(options.layerNorm === true ? layerNorm("a", s) : s) };
    },
  });
}
