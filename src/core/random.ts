import { isInteger } from "./is-integer.ts";
import { requireInteger } from "./require-option.ts";

const MULTIPLIER_0 = 0xd2511f53 | 0;
const MULTIPLIER_1 = 0xcd9e8d57 | 0;
const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;
const ROUNDS = 10;

const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

// Last counter word of each kind of draw, so that two kinds of one purpose never share a block. Raw blocks may use any counter.
const UNIFORM = 0x756e6931;
const FILL_UNIFORM = 0x756e6932;
const INTEGER = 0x696e7431;
const PERMUTATION = 0x7065726d;

/**
 * The upper 32 bits of the product of two unsigned 32-bit words, from four exact products of 16-bit halves. All sums stay
 * within 32 bits and are kept as signed integers: larger ones would be allocated until the function is optimised.
 */
function highProduct(aHigh: number, aLow: number, b: number): number {
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/**
 * Turns a 128-bit counter and a 64-bit key into 128 random bits: Philox4x32 with ten rounds.
 *
 * @param out as `[4]`, written; must not be read before the call returns.
 * Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
 */
export function philox4x32(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highProduct(MULTIPLIER_0 >>> 16, MULTIPLIER_0 & 0xffff, x0);
    const low0 = Math.imul(MULTIPLIER_0, x0);
    const high1 = highProduct(MULTIPLIER_1 >>> 16, MULTIPLIER_1 & 0xffff, x2);
    const low1 = Math.imul(MULTIPLIER_1, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/** FNV-1a over the UTF-16 code units, low byte first. */
function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return h | 0;
}

/** A float64 in [0, 1) with 53 bits from two words. */
export function toUnit(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / TWO_53;
}

/** As `requireInteger`, which is asked only for what is wrong: it makes a text, and draws are many. */
function checkIndex(where: string, value: number, least: number): void {
  if (!isInteger(value, least)) requireInteger(where, value, least);
}

/**
 * Counter-based random numbers: every value is a pure function of (seed, purpose, index), with no state that a draw moves,
 * so that no value depends on threads, on the order of the calls or on where a run was resumed, and every engine gives the same bytes.
 *
 * The Philox key is the first half of a Philox block of (seed, two hashes of the purpose). The kinds of draw (`uniform`, `fillUniform`, `integer`,
 * `permutation`, and `fillNormal` beside) have counters of their own, so the same index in two kinds is independent; `block` and `uint32` take the whole counter:
 * give them a purpose of their own.
 *
 * @throws option when seed is not an integer from 0 to 2^53 - 1, or an index or bound is out of range.
 * Source: Salmon et al. 2011 (Philox4x32-10).
 *
 * @example
 * ```ts
 * const random = new Random(1, "dropout");
 * random.uniform(7) === new Random(1, "dropout").uniform(7); // true, in any order, on any engine
 * ```
 */
export class Random {
  readonly seed: number;
  readonly purpose: string;
  readonly #key0: number;
  readonly #key1: number;
  readonly #words: Uint32Array = new Uint32Array(4);

  /**
   * @param seed an integer from 0 to 2^53 - 1.
   * @param purpose what the numbers are for ("init", "dropout", "sample"): each purpose is an independent stream.
   */
  constructor(seed: number, purpose: string) {
    checkIndex("new Random, seed", seed, 0);
    this.seed = seed;
    this.purpose = purpose;
    const words = this.#words;
    philox4x32(
      words,
      seed >>> 0,
      Math.floor(seed / TWO_32),
      hash(purpose, 0x811c9dc5),
      hash(purpose, 0x9747b28c),
      0x52656375,
      0x72726121,
    );
    // signed, as all integers of Philox: a mix of both kinds of number makes V8 compile its loops anew
    this.#key0 = words[0]! | 0;
    this.#key1 = words[1]! | 0;
  }

  /** The Philox key: with a counter, all that a draw depends on, for those who draw elsewhere. */
  get key(): readonly [number, number] {
    return [this.#key0 >>> 0, this.#key1 >>> 0];
  }

  /** The four words of one counter, `[4]`, in a buffer that the next call of any method overwrites. */
  block(c0: number, c1: number, c2 = 0, c3 = 0): Uint32Array {
    philox4x32(this.#words, c0, c1, c2, c3, this.#key0, this.#key1);
    return this.#words;
  }

  /** The first word of one counter: an integer from 0 to 2^32 - 1. */
  uint32(c0: number, c1: number, c2 = 0, c3 = 0): number {
    return this.block(c0, c1, c2, c3)[0]!;
  }

  /** A float64 with 53 random bits in [0, 1): a multiple of 2^-53. */
  uniform(index: number): number {
    checkIndex("Random.uniform, index", index, 0);
    const words = this.block(index >>> 0, Math.floor(index / TWO_32), 0, UNIFORM);
    return toUnit(words[0]!, words[1]!);
  }

  /**
   * Fills a buffer with low + (high - low) u, u uniform in [0, 1) with 24 bits; element i depends on i alone.
   * The rounding to float32 may give `high` itself.
   */
  fillUniform(out: Float32Array, low: number, high: number): void {
    const words = this.#words;
    const unit = (high - low) / 16777216;
    for (let i = 0; i < out.length; i++) {
      if ((i & 3) === 0) this.block(i >>> 2, 0, 0, FILL_UNIFORM);
      out[i] = low + unit * (words[i & 3]! >>> 8);
    }
  }

  /** An integer from 0 to below - 1, each equally likely: 53 random bits, drawn again where the remainder would be uneven. */
  integer(index: number, below: number): number {
    checkIndex("Random.integer, index", index, 0);
    checkIndex("Random.integer, below", below, 1);
    return this.#below(index >>> 0, Math.floor(index / TWO_32), INTEGER, below);
  }

  /**
   * The numbers 0 to n - 1 in random order, `[n]`: Fisher and Yates' shuffle, from the last place down.
   *
   * @param index which permutation of this purpose, an integer from 0 to 2^32 - 1; default 0. One an epoch, for example.
   */
  permutation(n: number, index = 0): Int32Array {
    checkIndex("Random.permutation, n", n, 0);
    checkIndex("Random.permutation, index", index, 0);
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.#below(i, index, PERMUTATION, i + 1);
      const moved = order[i]!;
      order[i] = order[j]!;
      order[j] = moved;
    }
    return order;
  }

  #below(c0: number, c1: number, kind: number, below: number): number {
    const limit = TWO_53 - (TWO_53 % below);
    for (let attempt = 0; ; attempt++) {
      const words = this.block(c0, c1, attempt, kind);
      const value = (words[0]! >>> 5) * 67108864 + (words[1]! >>> 6);
      if (value < limit) return value % below;
    }
  }
}
