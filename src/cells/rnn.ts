/** The plain recurrent unit. */
import { requireFlag, requireOneOf, requireRate } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { relu, sigmoid, tanh } from "../expression/expression.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { makeCell } from "../recurrence/make-cell.ts";

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
 * @throws option when one is unknown, or not what it may be.
 * Source: Elman 1990, "Finding structure in time"; the course, "Recurrent neural network model".
 * @example
 * ```ts
 * const cell = rnn({ activation: "relu" });
 * ```
 */
export function rnn(options: RnnOptions = {}): Cell {
  requireOptions("rnn", options, {
    activation: requireOneOf(...Object.keys(ACTIVATIONS)),
    layerNorm: requireFlag,
    recurrentDropout: requireRate,
  });
  const g = ACTIVATIONS[options.activation ?? "tanh"];
  return makeCell({
    name: "rnn",
    states: ["a"],
    step({ x, a }, { affine, layerNorm, dropout }) {
      const aPrev = dropout("a", a, options.recurrentDropout ?? 0);
      const s = affine("a", aPrev, x);
      return { a: g(options.layerNorm === true ? layerNorm("a", s) : s) };
    },
  });
}
