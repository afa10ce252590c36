import { exactCos, exactSin } from "../../core/exact-math.ts";
import { isInteger } from "../../core/is-integer.ts";
import { requireOption } from "../../core/require-option.ts";

/**
 * The discrete Fourier transform of real frames of one size, a power of two.
 *
 *     X[k] = Σₙ x[n] e^(-2πi kn / N),   k = 0 … N/2
 *
 * The even samples are taken as real and the odd ones as imaginary parts of a complex frame of half the size, which is
 * transformed by decimation in time; the two spectra are then told apart by their symmetry. The twiddles are the
 * library's own sine and cosine, so the bytes are the same on every runtime. Relative to the largest |X|, the error is
 * below 1e-14 up to N = 4096.
 *
 * Source: Cooley and Tukey 1965; Press et al. 1992, "Numerical Recipes in C", section 12.3.
 */
export class RealFft {
  readonly size: number;
  readonly #half: number;
  /** cos and sin of 2π k / N, k from 0 to N/2. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  /** Where each element of the half-size frame goes: its index with the bits in reverse. */
  readonly #reversed: Int32Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  /** @throws option when the size is no power of two of 2 or more. */
  constructor(size: number) {
    requireOption(
      "new RealFft",
      size,
      isInteger(size, 2, 2 ** 24) && (size & (size - 1)) === 0,
      "a power of two from 2 to 2^24",
    );
    this.size = size;
    const half = size / 2;
    this.#half = half;
    this.#cos = Float64Array.from({ length: half + 1 }, (_, k) => exactCos((2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: half + 1 }, (_, k) => exactSin((2 * Math.PI * k) / size));
    this.#reversed = new Int32Array(half);
    for (let i = 1; i < half; i++) this.#reversed[i] = (this.#reversed[i >> 1]! >> 1) | (i & 1 ? half >> 1 : 0);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
  }

  /**
   * |X[k]|² of a frame.
   *
   * @param frame x as `[N]`.
   * @param power as `[N/2 + 1]`, written.
   */
  power(frame: Float64Array, power: Float64Array): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    for (let i = 0; i < half; i++) {
      const to = this.#reversed[i]!;
      re[to] = frame[2 * i]!;
      im[to] = frame[2 * i + 1]!;
    }
    this.#transform();
    // Z[k] of the complex frame holds E[k] + i O[k], and X[k] = E[k] + e^(-2πi k / N) O[k]
    for (let k = 0; k <= half; k++) {
      const a = k === half ? 0 : k;
      const b = k === 0 ? 0 : half - k;
      const evenRe = 0.5 * (re[a]! + re[b]!);
      const evenIm = 0.5 * (im[a]! - im[b]!);
      const oddRe = 0.5 * (im[a]! + im[b]!);
      const oddIm = 0.5 * (re[b]! - re[a]!);
      const cos = this.#cos[k]!;
      const sin = this.#sin[k]!;
      const x = evenRe + cos * oddRe + sin * oddIm;
      const y = evenIm + cos * oddIm - sin * oddRe;
      power[k] = x * x + y * y;
    }
  }

  /** The complex transform of the half-size frame, in place; its elements stand in bit-reversed order before. */
  #transform(): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    for (let span = 1; span < half; span *= 2) {
      const stride = half / span; // of the twiddles, which are of N, not of N/2
      for (let start = 0; start < half; start += 2 * span) {
        for (let j = 0; j < span; j++) {
          const cos = this.#cos[j * stride]!;
          const sin = this.#sin[j * stride]!;
          const a = start + j;
          const b = a + span;
          const x = cos * re[b]! + sin * im[b]!;
          const y = cos * im[b]! - sin * re[b]!;
          re[b] = re[a]! - x;
          im[b] = im[a]! - y;
          re[a] = re[a]! + x;
          im[a] = im[a]! + y;
        }
      }
    }
  }
}
