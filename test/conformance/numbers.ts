import { expect } from "vitest";
import { Random } from "../../src/core/random.ts";

const POOL = new Float32Array(1 << 20);
new Random(7, "conformance").fillUniform(POOL, -1, 1);

/** `count` float32 numbers in [-1, 1), others for each seed, the same at each run. */
export function numbers(count: number, seed: number): Float32Array {
  const start = (seed * 7919) % (POOL.length - count);
  return POOL.slice(start, start + count);
}

/** Fails unless two arrays of float32 are equal to the bit: +0 and -0 differ. */
export function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const [a, b] = [Float32Array.from(actual), Float32Array.from(expected)];
  const [bitsA, bitsB] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)];
  const index = bitsA.findIndex((bits, i) => bits !== bitsB[i]);
  if (index >= 0) expect.fail(`${what}: expected the same bits, got ${a[index]} for ${b[index]} at [${index}].`);
}
