/** Clipping by the global norm, against exploding gradients. */
import type { Parameter } from "../tensor/parameter.ts";

/** Keeps the division finite when every gradient is zero; PyTorch's number. */
const TINY = 1e-6;

/** ‖g‖ over all parameters together, summed in float64. */
export function gradientNorm(parameters: readonly Parameter[]): number {
  let sum = 0;
  for (const p of parameters) sum += p.engine.sumOfSquares(p.gradientOffset, p.size);
  return Math.sqrt(sum);
}

/**
 * What gradients are multiplied by so that their global norm is at most `clipNorm`: min(1, clipNorm / (‖g‖ + 1e-6)).
 *
 * The optimiser multiplies as it reads, so clipping costs no pass of its own.
 * Source: Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, algorithm 1.
 */
export function clipScale(norm: number, clipNorm: number): number {
  return Math.min(1, clipNorm / (norm + TINY));
}
