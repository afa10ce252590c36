/** Clipping by the global norm and by value, against exploding gradients. */
import { requireOption } from "../core/require-option.ts";
import { sumOfSquares } from "../engine/sum-of-squares.ts";
import { max, min } from "../expression/expression.ts";
import { arrayOperand, flatSegment, scalarOperand } from "../expression/flat-segment.ts";
import type { Parameter } from "../tensor/parameter.ts";

/** Keeps the division finite when every gradient is zero; PyTorch's number. */
const TINY = 1e-6;

/** ‖g‖ over all parameters together, summed in float64. */
export function gradientNorm(parameters: readonly Parameter[]): number {
  let sum = 0;
  for (const p of parameters) {
    for (const { first, count } of p.gradientRanges()) {
      sum += p.engine.run(sumOfSquares, p.gradientOffset + first, count);
    }
  }
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

const CLIP = flatSegment(
  [{ value: max(min(arrayOperand(0, "g"), scalarOperand(1, "limit")), scalarOperand(2, "-limit")), operand: 0 }],
  3,
);

/**
 * Brings every number of every gradient into [-limit, limit], in place.
 *
 *     gᵢ = max(-limit, min(limit, gᵢ))
 *
 * Unlike the global norm it changes the gradient's direction. Call it between the backward pass and the optimiser's step.
 *
 * @throws option when the limit is not above 0.
 */
export function clipByValue(parameters: readonly Parameter[], limit: number): void {
  requireOption("clipByValue", limit, limit > 0, "a limit above 0");
  const engine = parameters[0]?.engine;
  if (engine === undefined) return;
  const mark = engine.arena.mark();
  const limits = engine.arena.allocate(2);
  engine.write(limits, [limit, -limit]);
  const kernel = engine.segment(CLIP);
  for (const p of parameters) {
    for (const { first, count } of p.gradientRanges()) kernel(count, [p.gradientOffset + first, limits, limits + 1]);
  }
  engine.arena.release(mark);
}
