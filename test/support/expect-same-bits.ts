import { expect } from "vitest";

/**
 * Fails the test unless both hold the same numbers bit for bit: 0 and -0 differ, NaN equals itself.
 *
 * @param what the name of the quantity, as the failure shows it
 */
export function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  if (actual.length !== expected.length) {
    expect.fail(`${what}: expected ${expected.length} numbers, got ${actual.length}.`);
  }
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      expect.fail(`${what}: expected the same bits, got ${actual[i]} at [${i}] where ${expected[i]} is right.`);
    }
  }
}
