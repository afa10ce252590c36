import { expect } from "vitest";

/** How far two arrays lie apart, and where they do so most. */
export interface Distance {
  /** max |a - b| / max(1, max |b|); NaN counts as infinitely far. */
  readonly error: number;
  /** The flat index of the largest |a - b|. */
  readonly index: number;
  /** The actual value there. */
  readonly actual: number;
  /** The expected value there. */
  readonly expected: number;
}

/** Measures max |a - b| / max(1, max |b|) of two arrays of one length; the index is -1 where both are empty. */
export function distanceBetween(actual: ArrayLike<number>, expected: ArrayLike<number>): Distance {
  let largest = 1;
  let worst = -1;
  let index = -1;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const difference = Math.abs(actual[i]! - expected[i]!);
    const gap = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (gap > worst) {
      worst = gap;
      index = i;
    }
  }
  return {
    error: index < 0 ? 0 : worst / largest,
    index,
    actual: index < 0 ? 0 : actual[index]!,
    expected: index < 0 ? 0 : expected[index]!,
  };
}

/**
 * Fails the test unless max |a - b| / max(1, max |b|) <= bound, printing the largest error, its index and both values.
 *
 * @param actual what the code under test gave
 * @param expected what is right: numbers, or a tensor of a golden, whose shape then tells the index by axes
 * @param bound the largest error allowed, for example 1e-5
 * @param what the name of the quantity, as the failure shows it
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number> | { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  bound: number,
  what: string,
): void {
  const right = "data" in expected ? expected.data : expected;
  if (actual.length !== right.length) expect.fail(`${what}: expected ${right.length} numbers, got ${actual.length}.`);
  const distance = distanceBetween(actual, right);
  if (distance.error <= bound) return;
  const place = "data" in expected ? toPlace(distance.index, expected.shape) : String(distance.index);
  expect.fail(
    `${what}: expected an error of at most ${bound}, got ${distance.error.toExponential(3)} at [${place}]: ` +
      `${distance.actual} where ${distance.expected} is right.`,
  );
}

/** A flat index as an index by axes, row-major. */
function toPlace(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place.join(", ");
}
