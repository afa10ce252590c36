import type { FunctionBuilder, Local } from "./assembler.ts";

/**
 * Pushes a polynomial of one vector by Horner's rule: a multiplication and an addition a degree, each rounded.
 *
 * @param variable the local that holds the variable; it is not changed.
 * @param coefficients from the constant term upwards, rounded to float32 when emitted.
 */
export function emitPolynomial(f: FunctionBuilder, variable: Local, coefficients: readonly number[]): void {
  const descending = [...coefficients].reverse();
  descending.forEach((coefficient, index) => {
    if (index > 0) f.get(variable).op("f32x4.mul");
    f.f32x4(coefficient);
    if (index > 0) f.op("f32x4.add");
  });
}
