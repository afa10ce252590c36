import type { FunctionBuilder } from "./assembler.ts";
import { emitPolynomial } from "./vector-polynomial.ts";

const LOG2_E = Math.LOG2E;

/** ln 2 = LN2_HIGH + LN2_LOW; LN2_HIGH has 15 significant bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.693145751953125;
export const LN2_LOW = 1.42860677e-6;

/** Adding it to a whole number n leaves n + 127, the exponent field of 2ⁿ, in the lowest bits of the float. */
const EXPONENT_BIAS = 12_582_912 + 127; // 1.5 × 2²³ + 127

/** From here on e^y overflows, and from -UNDERFLOW down it is 0: the exponent field is then all ones, or zero. */
const OVERFLOW = 89;
const UNDERFLOW = 88;

/** e^r on [0, ln 2], minimax in relative error (3.2e-9) among those that are exact at 0 and at ln 2. */
const EXP = [
  1, 1, 0.5000024437904358, 0.16662970185279846, 0.04186408221721649, 0.00785309448838234, 0.001921575516462326,
];
const EXP_OF_NEGATED = EXP.map((coefficient, degree) => (degree % 2 === 0 ? coefficient : -coefficient));

/** Replaces y, already within (-127 ln 2, 129 ln 2), by e^y; with `negated` the vector on the stack is -y. */
function emitReducedExp(f: FunctionBuilder, negated: boolean): void {
  const r = f.borrow();
  const n = f.borrow();
  const subtract = negated ? "f32x4.add" : "f32x4.sub";
  // n = ⌊y log2 e⌋; r = y - n ln 2, or its negative: the signs of the odd coefficients take it up.
  f.tee(r)
    .f32x4(negated ? -LOG2_E : LOG2_E)
    .op("f32x4.mul", "f32x4.floor")
    .set(n);
  f.get(r, n).f32x4(LN2_HIGH).op("f32x4.mul", subtract);
  f.get(n).f32x4(LN2_LOW).op("f32x4.mul", subtract).set(r);
  emitPolynomial(f, r, negated ? EXP_OF_NEGATED : EXP);
  f.get(n).f32x4(EXPONENT_BIAS).op("f32x4.add").i32(23).op("i32x4.shl", "f32x4.mul");
  f.release(r, n);
}

/**
 * Replaces the vector x on the stack by exp x.
 *
 * exp by range reduction and a degree-6 polynomial; relative error < 1.2e-7 wherever the result is a normal float32.
 *
 *     n = ⌊x log2 e⌋,  r = x - n ln 2 ∈ [0, ln 2],  exp x = p(r) 2ⁿ
 *
 * A result that would be denormal (x < -87.33655) is 0, which also spares the processor's slow path; above 88.72284 it
 * is Infinity. exp(±0) = 1 exactly, exp x <= 1 for x <= 0, exp(-Infinity) = 0, NaN stays NaN.
 *
 * Source: the reduction in two parts is W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980,
 * chapter 6; the coefficients are our own.
 */
export function emitExp(f: FunctionBuilder): void {
  f.f32x4(OVERFLOW).op("f32x4.pmin").f32x4(-UNDERFLOW).op("f32x4.pmax");
  emitReducedExp(f, false);
}

/** Replaces x by exp(-x) as `emitExp` does, at no cost for the sign. */
export function emitExpOfNegated(f: FunctionBuilder): void {
  f.f32x4(UNDERFLOW).op("f32x4.pmin").f32x4(-OVERFLOW).op("f32x4.pmax");
  emitReducedExp(f, true);
}

/** Replaces x, which must not be negative, by exp(-x) as `emitExp` does: one bound fewer to hold. */
export function emitExpOfNegatedMagnitude(f: FunctionBuilder): void {
  f.f32x4(UNDERFLOW).op("f32x4.pmin");
  emitReducedExp(f, true);
}
