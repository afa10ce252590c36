import type { FunctionBuilder } from "./assembler.ts";
import { emitPolynomial } from "./vector-polynomial.ts";

/**
 * tanh x = x P(x²) / Q(x²), minimax in relative error (6.7e-9) on [0, 8], and of the float32 coefficients around it
 * those with the least error after rounding whose quotient never exceeds 1. All are positive: nothing cancels.
 */
const NUMERATOR = [1, 0.1344679445028305, 0.003574313363060355, 2.193912041548174e-5, 1.5292455302073904e-8];
const DENOMINATOR = [1, 0.4678012430667877, 0.02617480233311653, 0.00034157183836214244, 8.547691550120362e-7];

/** The largest float32 up to which no quotient exceeds 1; the quotient is exactly 1 here. */
const SATURATION = 8.088221549987793;

/** The coefficients of first · p(u / 4), from those of p(u): only powers of two, so no bit of the quotient changes. */
function quartered(coefficients: readonly number[], first: number): readonly number[] {
  let factor = first * 4;
  return coefficients.map((coefficient) => {
    factor /= 4;
    return coefficient * factor;
  });
}

/** Replaces x, clamped to ±saturation, by x P(x²) / Q(x²). */
function emitOddQuotient(f: FunctionBuilder, saturation: number, p: readonly number[], q: readonly number[]): void {
  const x = f.borrow();
  const square = f.borrow();
  f.f32x4(saturation).op("f32x4.pmin").f32x4(-saturation).op("f32x4.pmax").tee(x);
  f.get(x).op("f32x4.mul").set(square);
  emitPolynomial(f, square, p);
  f.get(x).op("f32x4.mul");
  emitPolynomial(f, square, q);
  f.op("f32x4.div").release(x, square);
}

/**
 * Replaces the vector x on the stack by tanh x.
 *
 * tanh as a 9/8 rational of x clamped to ±8.0882; relative error < 3.4e-7 everywhere, and |tanh x| never exceeds 1.
 *
 * tanh x = x exactly for |x| <= 2⁻¹², denormals and -0 included; tanh(±Infinity) = ±1, NaN stays NaN. The form is odd,
 * so tanh(-x) = -tanh x bit for bit.
 *
 * Source: a clamped rational is Eigen's method (`ptanh_float`, a 13/6); a 9/8 takes two operations fewer and is as exact.
 * The coefficients are our own.
 */
export function emitTanh(f: FunctionBuilder): void {
  emitOddQuotient(f, SATURATION, NUMERATOR, DENOMINATOR);
}

/**
 * Replaces the vector x on the stack by 1 / (1 + e⁻ˣ), for gates: exact enough in the absolute sense only.
 *
 * sigmoid as ½ + ½ tanh(x / 2); absolute error < 1.9e-7, never below 0 or above 1.
 *
 * Right inside gates, where the result multiplies something of size 1. In a loss, under a logarithm or as a ratio take
 * `emitSigmoid`: here the relative error grows without bound for x < 0, and below x = -16.2 the result is 0.
 * sigmoid(0) = ½ exactly, sigmoid(-x) = 1 - sigmoid x up to the rounding of the sum, NaN stays NaN.
 */
export function emitSigmoidByTanh(f: FunctionBuilder): void {
  // ½ tanh(x / 2) = x (¼ P(x² / 4)) / Q(x² / 4)
  emitOddQuotient(f, 2 * SATURATION, quartered(NUMERATOR, 0.25), quartered(DENOMINATOR, 1));
  f.f32x4(0.5).op("f32x4.add");
}
