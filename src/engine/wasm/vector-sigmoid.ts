import type { FunctionBuilder } from "./assembler.ts";
import { emitExpOfNegated } from "./vector-exp.ts";

/**
 * Replaces the vector x on the stack by 1 / (1 + e⁻ˣ), exact in the relative sense in both tails.
 *
 * sigmoid as 1 / (1 + exp(-x)); relative error < 1.8e-7 wherever the result is a normal float32, within [0, 1].
 *
 * Right in losses and wherever a small probability matters. Inside gates `emitSigmoidByTanh` is enough.
 * Denormal results (x < -87.33655) are right to a unit in the last place down to x = -88.72, and 0 below.
 * sigmoid(0) = ½ exactly, sigmoid(-Infinity) = 0, sigmoid(Infinity) = 1, NaN stays NaN.
 */
export function emitSigmoid(f: FunctionBuilder): void {
  const x = f.borrow();
  f.set(x).f32x4(1).get(x);
  f.release(x);
  emitExpOfNegated(f);
  f.f32x4(1).op("f32x4.add", "f32x4.div");
}
