import { describe, expect, it } from "vitest";
import { philox4x32, Random } from "./random.ts";
import { fillNormal } from "./random-normal.ts";

function philox(counter: readonly number[], key: readonly number[]): string {
  const out = new Uint32Array(4);
  const [c0, c1, c2, c3] = counter as [number, number, number, number];
  philox4x32(out, c0, c1, c2, c3, key[0]!, key[1]!);
  return Array.from(out, (word) => word.toString(16).padStart(8, "0")).join(" ");
}

function mean(values: ArrayLike<number>, of: (x: number) => number = (x) => x): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += of(values[i]!);
  return sum / values.length;
}

describe("Philox4x32-10", () => {
  it("gives the three known answers of Random123", () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
  });
});

describe("Random", () => {
  it("gives these values on every engine", () => {
    const random = new Random(1, "test");
    const uniform = new Float32Array(5);
    const normal = new Float32Array(5);
    random.fillUniform(uniform, -1, 1);
    fillNormal(random, normal, 0, 1);
    expect({
      block: Array.from(random.block(1, 2, 3, 4)),
      uniform: random.uniform(2 ** 40 + 3),
      integer: [0, 1, 2, 3, 4].map((i) => random.integer(i, 100)),
      permutation: Array.from(random.permutation(8)),
      fillUniform: Array.from(uniform),
      normal: Array.from(new Uint32Array(normal.buffer)),
    }).toMatchInlineSnapshot(`
      {
        "block": [
          3577668186,
          2478947569,
          1020994254,
          2526102186,
        ],
        "fillUniform": [
          -0.6987485885620117,
          0.595819354057312,
          -0.8411930799484253,
          0.7466320991516113,
          0.29960501194000244,
        ],
        "integer": [
          71,
          37,
          57,
          80,
          23,
        ],
        "normal": [
          1039049722,
          1066891551,
          1051601514,
          1063722748,
          1053680201,
        ],
        "permutation": [
          0,
          4,
          1,
          6,
          5,
          3,
          7,
          2,
        ],
        "uniform": 0.6784209284912872,
      }
    `);
  });

  it("depends on the seed, on every part of it, and on the purpose", () => {
    const first = [new Random(0, "a"), new Random(1, "a"), new Random(2 ** 32, "a"), new Random(2 ** 53 - 1, "a")];
    const values = [...first, new Random(0, "b"), new Random(0, "a "), new Random(0, "")].map((r) => r.uniform(0));
    expect(new Set(values).size).toBe(values.length);
    expect(new Random(1, "a").uniform(5)).toBe(first[1]!.uniform(5));
  });

  it("does not depend on the order of the calls", () => {
    const random = new Random(3, "order");
    const forward = [0, 1, 2].map((i) => random.uniform(i));
    random.permutation(10);
    expect([2, 1, 0].map((i) => random.uniform(i)).reverse()).toEqual(forward);
  });

  it("fills element i alike in a short and in a long buffer", () => {
    const random = new Random(3, "prefix");
    const fills = [
      (out: Float32Array) => random.fillUniform(out, 0, 1),
      (out: Float32Array) => fillNormal(random, out, 0, 1),
    ];
    for (const fill of fills) {
      const long = new Float32Array(17);
      const short = new Float32Array(7);
      fill(long);
      fill(short);
      expect(Array.from(short)).toEqual(Array.from(long.subarray(0, 7)));
    }
  });

  it("tells indices above 2^32 apart", () => {
    const random = new Random(3, "wide");
    expect(random.uniform(2 ** 32 + 1)).not.toBe(random.uniform(1));
    expect(random.integer(2 ** 32 + 1, 2 ** 50)).not.toBe(random.integer(1, 2 ** 50));
  });

  it("spreads uniform values evenly over 64 bins (chi-square within 4.5 sigma)", () => {
    const random = new Random(11, "bins");
    const n = 64_000;
    const wide = Float64Array.from({ length: n }, (_, i) => random.uniform(i));
    const filled = new Float32Array(n);
    random.fillUniform(filled, 0, 1);
    for (const values of [wide, filled]) {
      const bins = new Float64Array(64);
      for (const u of values) bins[Math.floor(u * 64)]! += 1;
      const chiSquare = bins.reduce((sum, count) => sum + (count - n / 64) ** 2 / (n / 64), 0);
      expect(Math.abs(chiSquare - 63)).toBeLessThan(4.5 * Math.sqrt(2 * 63));
      expect(Math.abs(mean(values) - 0.5)).toBeLessThan((4.5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    }
  });

  it("uses the 53rd bit of a uniform value", () => {
    const random = new Random(11, "bits");
    const odd = Array.from({ length: 1000 }, (_, i) => (random.uniform(i) * 2 ** 53) % 2);
    expect(Math.abs(mean(odd) - 0.5)).toBeLessThan(0.08);
  });

  it("keeps fillUniform within its bounds and reaches both halves", () => {
    const out = new Float32Array(10_001);
    new Random(5, "range").fillUniform(out, -0.25, 0.75);
    expect(Math.min(...out)).toBeGreaterThanOrEqual(-0.25);
    expect(Math.min(...out)).toBeLessThan(-0.249);
    expect(Math.max(...out)).toBeLessThanOrEqual(0.75);
    expect(Math.max(...out)).toBeGreaterThan(0.749);
  });

  it("fills normal values with the four moments of the normal distribution", () => {
    const n = 100_001;
    const out = new Float32Array(n);
    fillNormal(new Random(5, "normal"), out, 2, 3);
    const z = Float64Array.from(out, (x) => (x - 2) / 3);
    expect(Math.abs(mean(z))).toBeLessThan(4.5 / Math.sqrt(n));
    expect(Math.abs(mean(z, (x) => x * x) - 1)).toBeLessThan((4.5 * Math.sqrt(2)) / Math.sqrt(n));
    expect(Math.abs(mean(z, (x) => x ** 3))).toBeLessThan((4.5 * Math.sqrt(15)) / Math.sqrt(n));
    expect(Math.abs(mean(z, (x) => x ** 4) - 3)).toBeLessThan((4.5 * Math.sqrt(96)) / Math.sqrt(n));
    expect(Math.abs(mean(z, (x) => (Math.abs(x) < 1 ? 1 : 0)) - 0.6826895)).toBeLessThan(0.0067);
  });

  it("draws the two values of a pair, and neighbours, without correlation", () => {
    const n = 100_000;
    const z = new Float32Array(n);
    fillNormal(new Random(6, "pair"), z, 0, 1);
    for (const lag of [1, 2]) {
      let sum = 0;
      for (let i = 0; i + lag < n; i++) sum += z[i]! * z[i + lag]!;
      expect(Math.abs(sum / n)).toBeLessThan(4.5 / Math.sqrt(n));
    }
  });

  it("draws integers below a bound evenly, the bound 1 and 2^53 - 1 included", () => {
    const random = new Random(8, "integer");
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[random.integer(i, 7)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(420);
    expect(random.integer(0, 1)).toBe(0);
    expect(random.integer(0, Number.MAX_SAFE_INTEGER)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("draws integers evenly where the bound does not divide 2^53", () => {
    const below = 3 * 2 ** 51; // without drawing anew, the lowest third would come half of the time
    const random = new Random(8, "uneven");
    const low = Array.from({ length: 20_000 }, (_, i) => (random.integer(i, below) < below / 3 ? 1 : 0));
    expect(Math.abs(mean(low) - 1 / 3)).toBeLessThan(0.015);
  });

  it("draws each of the 24 orders of four things equally often", () => {
    const random = new Random(9, "order");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.permutation(4, i).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });

  it("permutes nothing, one thing and a thousand things", () => {
    const random = new Random(9, "sizes");
    expect(Array.from(random.permutation(0))).toEqual([]);
    expect(Array.from(random.permutation(1))).toEqual([0]);
    const order = random.permutation(1000);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(Array.from(order)).not.toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it("refuses a seed, index or bound that is no integer in range", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => new Random(seed, "a")).toThrow("new Random, seed: expected an integer");
    expect(() => new Random(-1, "a")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: new Random, seed: expected an integer of at least 0, got -1.]`,
    );
    expect(() => new Random(1, "a").uniform(-1)).toThrow(
      "Random.uniform, index: expected an integer of at least 0, got -1.",
    );
    expect(() => new Random(1, "a").integer(0, 0)).toThrow(
      "Random.integer, below: expected an integer of at least 1, got 0.",
    );
    expect(() => new Random(1, "a").permutation(1.5)).toThrow(
      "Random.permutation, n: expected an integer of at least 0, got 1.5.",
    );
  });
});
