import type { FunctionBuilder } from "./assembler.ts";
import { LN2_HIGH, LN2_LOW } from "./vector-exp.ts";
import { emitPolynomial } from "./vector-polynomial.ts";

const SMALLEST_NORMAL = 1.1754943508222875e-38; // 2⁻¹²⁶

/** The bits of √½, at which the mantissa's range begins. */
const SQRT_HALF_BITS = 0x3f3504f3;

/** (2 artanh s - 2 s) / s³ as a polynomial of s², |s| <= 0.1716; the logarithm's relative error from it is 8e-10. */
const LOG = [0.6666677594184875, 0.39977574348449707, 0.29870936274528503];

/**
 * Replaces the vector x on the stack by the natural logarithm of x.
 *
 * log by splitting off the exponent and an artanh series; relative error < 1e-7 for every positive float32.
 *
 *     x = 2ᵏ (1 + f) with 1 + f ∈ [√½, √2],  s = f / (2 + f),  log x = k ln 2 + f - f²/2 + s (f²/2 + R(s²))
 *
 * So the error is relative near 1 also, where the logarithm itself vanishes. Denormal x are handled exactly;
 * log(±0) = -Infinity, log 1 = 0, log(Infinity) = Infinity, x < 0 gives NaN, NaN stays NaN.
 *
 * Source: the arrangement of the sum is that of fdlibm's `e_log.c` (Sun Microsystems, 1993); the coefficients are our own.
 */
export function emitLog(f: FunctionBuilder): void {
  const x = f.borrow();
  const v = f.borrow(); // x scaled to a normal number, then 1 + f, then f
  const k = f.borrow();
  const s = f.borrow();
  const half = f.borrow(); // f² / 2
  f.set(x);

  // Denormals are scaled by 2²³ first.
  f.get(x).f32x4(8_388_608).op("f32x4.mul").get(x);
  f.get(x).f32x4(SMALLEST_NORMAL).op("f32x4.lt").tee(s).op("v128.bitselect").tee(v);
  f.i32x4(SQRT_HALF_BITS).op("i32x4.sub").i32(23).op("i32x4.shr_s").set(k);
  f.get(v, k).i32(23).op("i32x4.shl", "i32x4.sub").f32x4(1).op("f32x4.sub").set(v);
  f.get(k).op("f32x4.convert_i32x4_s").get(s).f32x4(23).op("v128.and", "f32x4.sub").set(k);

  f.get(v, v).f32x4(2).op("f32x4.add", "f32x4.div").set(s);
  f.get(v, v).op("f32x4.mul").f32x4(0.5).op("f32x4.mul").set(half);

  f.f32x4(Number.NEGATIVE_INFINITY); // for x = 0, chosen last
  // k LN2_HIGH + (f - (half - (s (half + R) + k LN2_LOW)))
  f.get(k).f32x4(LN2_HIGH).op("f32x4.mul");
  f.get(v, half, s, half);
  const square = v;
  f.get(s, s).op("f32x4.mul").set(square);
  emitPolynomial(f, square, LOG);
  f.get(square).op("f32x4.mul", "f32x4.add", "f32x4.mul");
  f.get(k).f32x4(LN2_LOW).op("f32x4.mul", "f32x4.add", "f32x4.sub", "f32x4.sub", "f32x4.add");

  // Infinity and NaN stay as they are; a negative x becomes the NaN of all ones; ±0 takes the -Infinity below.
  f.get(x, x).f32x4(Number.POSITIVE_INFINITY).op("f32x4.lt", "v128.bitselect");
  f.get(x).f32x4(0).op("f32x4.lt", "v128.or");
  f.get(x).f32x4(0).op("f32x4.eq", "v128.bitselect");
  f.release(x, v, k, s, half);
}
