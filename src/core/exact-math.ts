import { RecurraError } from "./errors.ts";

/**
 * Elementary functions of one float64 whose bytes are the same on every engine.
 *
 * `Math.exp`, `log`, `sin`, `cos` and `tanh` differ in their last bits between engines; these use only +, -, *, / and
 * `Math.floor`, which ECMAScript fixes to the bit, and the bits of a float64 through a DataView.
 *
 * Source: the methods and coefficients are those of fdlibm 5.3 (Sun Microsystems, 1993): e_exp.c, e_log.c, k_sin.c,
 * k_cos.c, e_rem_pio2.c, s_expm1.c and s_tanh.c.
 *
 * @module
 */

/** ln 2 in two parts: the first has 33 significant bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/** Coefficients of r (e^r + 1) / (e^r - 1) - 2 in r². */
const EXP = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
];

/** Coefficients of 6 / r ((e^r + 1) / (e^r - 1) - 2 / r) in r², without the leading 1. */
const EXPM1 = [
  -0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6, -2.0109921818362437e-7,
];

/** Coefficients of (sin x - x) / x³ in x². */
const SIN_FIRST = -0.16666666666666632;
const SIN_REST = [
  0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6, -2.5050760253406863e-8, 1.58969099521155e-10,
];

/** Coefficients of (cos x - 1 + x²/2) / x⁴ in x². */
const COS = [
  0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7, 2.087572321298175e-9,
  -1.1359647557788195e-11,
];

/** π/2 in four parts; the first three have 33 significant bits, so that their products with n < 2²⁰ are exact. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487111665e-21;
const HALF_PI_4 = 8.4784276603689e-32;
const TWO_OVER_PI = 0.6366197723675814;

const LARGEST_ANGLE = 1e6;

const bits = new DataView(new ArrayBuffer(8));

export function highWord(x: number): number {
  bits.setFloat64(0, x);
  return bits.getInt32(0);
}

/** 2ⁿ for -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  bits.setInt32(0, (n + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** x 2ⁿ, rounded once. */
export function scale(x: number, n: number): number {
  if (n > 1023) return x * 2 * powerOfTwo(n - 1);
  if (n < -1022) return x * powerOfTwo(n + 54) * 5.551115123125783e-17;
  return x * powerOfTwo(n);
}

export function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

/** The whole number nearest to x, halves upwards. */
function nearest(x: number): number {
  return Math.floor(x + 0.5);
}

/**
 * e to the power x.
 *
 * exp by range reduction and a rational of degree 10; relative error < 2.3e-16 wherever the result is a normal number.
 *
 * exp(±0) = 1, exp(-Infinity) = 0, exp x = Infinity above 709.782712893384, NaN for NaN; denormal results are rounded right
 * to a unit in the last place.
 *
 * @example
 * ```ts
 * exactExp(-1); // 0.36787944117144233
 * ```
 */
export function exactExp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const n = Math.abs(x) > 0.34657359027997264 ? nearest(x * Math.LOG2E) : 0;
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const square = r * r;
  const c = r - square * polynomial(square, EXP);
  const y = n === 0 ? 1 - ((r * c) / (c - 2) - r) : 1 - (low - (r * c) / (2 - c) - high);
  return scale(y, n);
}

/** e to the power x, minus 1, for |x| <= 44; exact in the relative sense near 0 also. */
function expMinusOne(x: number): number {
  const n = Math.abs(x) > 0.34657359027997264 ? nearest(x * Math.LOG2E) : 0;
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const correction = high - r - low;
  const half = 0.5 * r;
  const halfSquare = r * half;
  const r1 = 1 + halfSquare * polynomial(halfSquare, EXPM1);
  const t = 3 - r1 * half;
  let e = halfSquare * ((r1 - t) / (6 - r * t));
  if (n === 0) return r - (r * e - halfSquare);
  e = r * (e - correction) - correction - halfSquare;
  if (n === -1) return 0.5 * (r - e) - 0.5;
  if (n === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  return n < 20 ? scale(1 - powerOfTwo(-n) - (e - r), n) : scale(r - (e + powerOfTwo(-n)) + 1, n);
}

/**
 * The hyperbolic tangent of x.
 *
 * tanh through exp(2|x|) - 1; relative error < 5e-16 everywhere, and |tanh x| never exceeds 1.
 *
 * tanh(±0) = ±0, tanh(±Infinity) = ±1, NaN for NaN; tanh(-x) = -tanh x bit for bit.
 *
 * @example
 * ```ts
 * exactTanh(1); // 0.7615941559557649
 * ```
 */
export function exactTanh(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  let y: number;
  if (magnitude >= 22) y = 1;
  else if (magnitude < 3.725290298461914e-9) return x;
  else if (magnitude >= 1) y = 1 - 2 / (expMinusOne(2 * magnitude) + 2);
  else {
    const t = expMinusOne(-2 * magnitude);
    y = -t / (t + 2);
  }
  return x < 0 ? -y : y;
}

/** The sine of x + tail for |x| <= π/4. */
function sinCore(x: number, tail: number): number {
  const square = x * x;
  const cube = square * x;
  const r = polynomial(square, SIN_REST);
  return x - (square * (0.5 * tail - cube * r) - tail - cube * SIN_FIRST);
}

/** The cosine of x + tail for |x| <= π/4. */
function cosCore(x: number, tail: number): number {
  const square = x * x;
  const half = 0.5 * square;
  const w = 1 - half;
  return w + (1 - w - half + (square * square * polynomial(square, COS) - x * tail));
}

/** sin(x + quarterTurns π/2). */
function sinShifted(name: string, x: number, quarterTurns: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) > LARGEST_ANGLE) {
    throw new RecurraError("numeric", {
      where: `${name}(x)`,
      expected: "an angle of at most 1e6",
      got: String(x),
      hint: "Take off whole turns first: beyond it the reduction by π/2 loses digits.",
    });
  }
  // x = n π/2 + high + tail; π/2 is subtracted part by part, each remainder with its rounding error.
  const n = Math.abs(x) > 0.7853981633974483 ? nearest(x * TWO_OVER_PI) : 0;
  let high = x;
  let tail = 0;
  for (const part of n === 0 ? [] : [HALF_PI_1, HALF_PI_2, HALF_PI_3, HALF_PI_4]) {
    const product = n * part;
    const difference = high - product;
    const back = difference - high;
    tail += high - (difference - back) - (product + back);
    high = difference;
  }
  const y = high + tail;
  const rest = high - y + tail;
  switch ((n + quarterTurns) & 3) {
    case 0:
      return sinCore(y, rest);
    case 1:
      return cosCore(y, rest);
    case 2:
      return -sinCore(y, rest);
    default:
      return -cosCore(y, rest);
  }
}

/**
 * The sine of x, an angle in radians.
 *
 * sin by subtracting multiples of π/2 in four parts and a degree-13 polynomial; relative error < 2.3e-16 for |x| <= 1e6.
 *
 * sin(±0) = ±0, NaN for ±Infinity and NaN.
 *
 * @throws numeric when |x| > 1e6: the reduction would lose digits silently.
 *
 * @example
 * ```ts
 * exactSin(1); // 0.8414709848078965
 * ```
 */
export function exactSin(x: number): number {
  return x === 0 ? x : sinShifted("exactSin", x, 0);
}

/**
 * The cosine of x, an angle in radians.
 *
 * cos by subtracting multiples of π/2 in four parts and a degree-14 polynomial; relative error < 2.3e-16 for |x| <= 1e6.
 *
 * cos(±0) = 1, NaN for ±Infinity and NaN.
 *
 * @throws numeric when |x| > 1e6: the reduction would lose digits silently.
 *
 * @example
 * ```ts
 * exactCos(1); // 0.5403023058681398
 * ```
 */
export function exactCos(x: number): number {
  return sinShifted("exactCos", x, 1);
}
