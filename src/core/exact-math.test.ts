import { describe, expect, it } from "vitest";
import { RecurraError } from "./errors.ts";
import { exactLog } from "./exact-log.ts";
import { exactCos, exactExp, exactSin, exactTanh } from "./exact-math.ts";

const COUNT = 200_000;
const SMALLEST_NORMAL = 2 ** -1022;

/** Points spread evenly over a range, in an order that has no period. */
function* spread(low: number, high: number): Generator<number> {
  for (let i = 1; i <= COUNT; i++) yield low + (high - low) * ((i * 0.618033988749895) % 1);
}

/** The largest relative error over the ranges, where the truth is a normal number. */
function worst(f: (x: number) => number, truth: (x: number) => number, ranges: readonly [number, number][]): number {
  let relative = 0;
  for (const [low, high] of ranges) {
    for (const x of spread(low, high)) {
      const expected = truth(x);
      if (Math.abs(expected) < SMALLEST_NORMAL) continue;
      const error = Math.abs((f(x) - expected) / expected);
      if (!(error <= relative)) relative = error;
    }
  }
  return relative;
}

const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity } = Number;

describe("exactExp", () => {
  it("exp by range reduction and a rational of degree 10; relative error < 2.3e-16 wherever the result is a normal number", () => {
    const ranges: [number, number][] = [
      [-708.3, 709.78],
      [-1, 1],
      [-1e-3, 1e-3],
    ];
    expect(worst(exactExp, Math.exp, ranges)).toBeLessThan(2.3e-16);
  });

  it("handles 0, the infinities, NaN, overflow and denormal results", () => {
    expect([0, -0, infinity, minusInfinity, nan].map(exactExp)).toEqual([1, 1, infinity, 0, nan]);
    expect([709.782712893384, 709.7827128933841].map(exactExp)).toEqual([1.7976931348622732e308, infinity]);
    expect([-740, -745.1332191019411, -745.1332191019412, -800].map(exactExp)).toEqual([4.2e-322, 5e-324, 0, 0]);
  });
});

describe("exactLog", () => {
  it("log by splitting off the exponent and an artanh series; relative error < 2.3e-16 for every positive number", () => {
    const ranges: [number, number][] = [
      [0, 1],
      [0.3, 3],
      [0.99, 1.01],
      [1e-310, 1e-307],
      [1e300, 1.7e308],
    ];
    expect(worst(exactLog, Math.log, ranges)).toBeLessThan(2.3e-16);
  });

  it("handles 0, 1, negatives, the infinities, NaN and denormals", () => {
    expect([0, -0, 1, infinity].map(exactLog)).toEqual([minusInfinity, minusInfinity, 0, infinity]);
    expect([-1, -5e-324, minusInfinity, nan].map(exactLog)).toEqual([nan, nan, nan, nan]);
    expect([5e-324, 1e-310, 2, 0.5].map(exactLog)).toEqual([5e-324, 1e-310, 2, 0.5].map(Math.log));
  });
});

describe("exactTanh", () => {
  it("tanh through exp(2|x|) - 1; relative error < 5e-16 everywhere, and |tanh x| never exceeds 1", () => {
    const ranges: [number, number][] = [
      [-25, 25],
      [-3, 3],
      [-0.01, 0.01],
      [-1e-8, 1e-8],
    ];
    expect(worst(exactTanh, Math.tanh, ranges)).toBeLessThan(5e-16);
    expect(Math.max(...[...spread(15, 23)].map(exactTanh).filter((_, i) => i % 8 === 0))).toBe(1);
  });

  it("handles ±0, tiny numbers, the infinities and NaN, and is odd bit for bit", () => {
    const points = [0, -0, 5e-324, 1e-9, infinity, minusInfinity, nan];
    expect(points.map(exactTanh)).toEqual([0, -0, 5e-324, 1e-9, 1, -1, nan]);
    for (const x of spread(0, 23)) if (exactTanh(-x) !== -exactTanh(x)) expect.fail(`not odd at ${x}`);
  });
});

describe("exactSin and exactCos", () => {
  const ranges: [number, number][] = [
    [-1e6, 1e6],
    [-10, 10],
    [-1, 1],
  ];

  it("sin by subtracting multiples of π/2 in four parts and a degree-13 polynomial; relative error < 2.3e-16 for |x| <= 1e6", () => {
    expect(worst(exactSin, Math.sin, ranges)).toBeLessThan(2.3e-16);
  });

  it("cos by subtracting multiples of π/2 in four parts and a degree-14 polynomial; relative error < 2.3e-16 for |x| <= 1e6", () => {
    expect(worst(exactCos, Math.cos, ranges)).toBeLessThan(2.3e-16);
  });

  it("keeps the relative error next to every multiple of π/2, where digits cancel", () => {
    let relative = 0;
    for (let n = 1; n < 636_000; n += 7) {
      const x = n * (Math.PI / 2);
      const [f, truth] = n % 2 === 0 ? [exactSin, Math.sin] : [exactCos, Math.cos];
      relative = Math.max(relative, Math.abs((f(x) - truth(x)) / truth(x)));
    }
    expect(relative).toBeLessThan(2.3e-16);
  });

  it("handles ±0, the infinities and NaN", () => {
    expect([0, -0, infinity, minusInfinity, nan].map(exactSin)).toEqual([0, -0, nan, nan, nan]);
    expect([0, -0, infinity, minusInfinity, nan].map(exactCos)).toEqual([1, 1, nan, nan, nan]);
  });

  it("refuses angles beyond 1e6 instead of losing digits", () => {
    expect(() => exactCos(-1e7)).toThrow(RecurraError);
    expect(() => exactSin(1000001)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: exactSin(x): expected an angle of at most 1e6, got 1000001. Take off whole turns first: beyond it the reduction by π/2 loses digits.]`,
    );
  });
});

it("gives the same bytes on every engine", () => {
  const f64 = new Float64Array(1);
  const halves = new Uint32Array(f64.buffer);
  const hashes = [exactExp, exactLog, exactSin, exactCos, exactTanh].map((f) => {
    let hash = -2128831035;
    for (const x of spread(f === exactLog ? 0 : -20, 20)) {
      f64[0] = f(x);
      hash = Math.imul(hash ^ halves[0]!, 16777619);
      hash = Math.imul(hash ^ halves[1]!, 16777619);
    }
    return `${f.name} ${hash >>> 0}`;
  });
  expect(hashes).toMatchInlineSnapshot(`
    [
      "exactExp 3905053771",
      "exactLog 1640391267",
      "exactSin 129365951",
      "exactCos 682483977",
      "exactTanh 1584271577",
    ]
  `);
});
