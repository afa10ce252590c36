import { beforeAll, describe, expect, it } from "vitest";
import { type FunctionBuilder, I32, ModuleBuilder } from "./assembler.ts";
import { emitExp, emitLog, emitSigmoid, emitSigmoidByTanh, emitSoftplus, emitTanh } from "./vector-math.ts";

const EMITTERS = { emitExp, emitLog, emitTanh, emitSigmoid, emitSigmoidByTanh, emitSoftplus };
type Name = keyof typeof EMITTERS;
type Fill = (values: Float32Array, patterns: Uint32Array) => void;

const COUNT = 2 ** 20;
const LARGEST = 3.4028234663852886e38;
const SMALLEST_NORMAL = 2 ** -126;

let values: Float32Array;
let patterns: Uint32Array;
let kernels: Record<Name, (address: number, end: number) => void>;

beforeAll(() => {
  const module = new ModuleBuilder();
  for (const [name, emit] of Object.entries(EMITTERS) as [Name, (f: FunctionBuilder) => void][]) {
    module.function(name, [I32, I32], [], (f, [address, end]) => {
      f.repeat(
        () => {
          f.get(address!, address!).loadV128();
          emit(f);
          f.storeV128().advance(address!, 16);
        },
        () => f.get(address!, end!).op("i32.lt_u"),
      );
    });
  }
  const pages = (COUNT * 4) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const compiled = new WebAssembly.Module(module.toBytes({ shared: false, maximumPages: pages }));
  kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as typeof kernels;
  values = new Float32Array(memory.buffer);
  patterns = new Uint32Array(memory.buffer);
});

/** Applies a function to the floats that `fill` writes; pairs of argument and result. */
function apply(name: Name, fill: Fill): { x: Float32Array; y: Float32Array } {
  fill(values, patterns);
  const x = values.slice();
  kernels[name](0, COUNT * 4);
  return { x, y: values.slice() };
}

function at(name: Name, ...points: number[]): number[] {
  return [...apply(name, (v) => v.fill(0).set(points)).y.subarray(0, points.length)];
}

/** A million float32 spread over all bit patterns: each sign and exponent, infinities and many NaNs. */
const everywhere: Fill = (_, bits) => {
  for (let i = 0; i < COUNT; i++) bits[i] = Math.imul(i, 4093);
};

const between =
  (low: number, high: number): Fill =>
  (v) => {
    for (let i = 0; i < COUNT; i++) v[i] = low + ((high - low) * i) / (COUNT - 1);
  };

/** Neighbouring float32, upwards in magnitude from `start`. */
const neighbours =
  (start: number): Fill =>
  (v, bits) => {
    v[0] = start;
    const first = bits[0]!;
    for (let i = 0; i < COUNT; i++) bits[i] = first + i;
  };

interface Worst {
  readonly relative: number;
  readonly absolute: number;
  readonly lowest: number;
  readonly highest: number;
  /** Arguments whose result should have been NaN, 0 or infinite and was not, or was and should not. */
  readonly special: number[];
  /** The largest result in magnitude where the truth is below the normal numbers. */
  readonly underflow: number;
}

function worst(name: Name, truth: (x: number) => number, ...fills: Fill[]): Worst {
  let [relative, absolute, lowest, highest, underflow] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const special: number[] = [];
  for (const fill of fills) {
    const { x, y } = apply(name, fill);
    for (let i = 0; i < COUNT; i++) {
      const expected = truth(x[i]!);
      const got = y[i]!;
      const magnitude = Math.abs(expected);
      if (Number.isNaN(expected) || magnitude === 0 || magnitude > LARGEST) {
        if (!Object.is(got + 0, Math.fround(expected) + 0)) special.push(x[i]!);
        continue;
      }
      lowest = Math.min(lowest, got);
      highest = Math.max(highest, got);
      if (magnitude < SMALLEST_NORMAL) {
        underflow = Math.max(underflow, Math.abs(got));
        continue;
      }
      const error = Math.abs(got - expected);
      if (!Number.isFinite(error)) special.push(x[i]!);
      absolute = Math.max(absolute, error);
      relative = Math.max(relative, error / magnitude);
    }
  }
  return { relative, absolute, lowest, highest, special: special.slice(0, 5), underflow };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe("emitExp", () => {
  it("exp by range reduction and a degree-6 polynomial; relative error < 1.2e-7 wherever the result is a normal float32", () => {
    const all = worst("emitExp", Math.exp, everywhere, between(-90, 90), between(-20, 20), between(-1, 1));
    expect(all.special).toEqual([]);
    expect(all.relative).toBeLessThan(1.2e-7);
    expect(all.underflow).toBeLessThan(SMALLEST_NORMAL);
  });

  it("gives exactly 1 at ±0, 0 where the result would be denormal, and overflows only above 88.72283", () => {
    const points = [0, -0, 1e-45, -1e-45, -87.4, -95, -104, 88.72283, 88.72284, Number.NEGATIVE_INFINITY];
    expect(at("emitExp", ...points)).toEqual([
      1,
      1,
      1,
      1,
      0,
      0,
      0,
      expect.closeTo(3.4027985e38, -32),
      Number.POSITIVE_INFINITY,
      0,
    ]);
    expect(at("emitExp", Number.POSITIVE_INFINITY, Number.NaN)).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it("never exceeds 1 for x <= 0, among neighbours of 0 too", () => {
    const { highest } = worst("emitExp", Math.exp, between(-1, 0), neighbours(-(2 ** -26)), neighbours(-(2 ** -24)));
    expect(highest).toBe(1);
  });
});

describe("emitLog", () => {
  it("log by splitting off the exponent and an artanh series; relative error < 1e-7 for every positive float32", () => {
    const denormals: Fill = (_, bits) => {
      for (let i = 0; i < COUNT; i++) bits[i] = 1 + i * 8;
    };
    const near1 = [neighbours(1), neighbours(0.96875), between(0.3, 3)];
    const all = worst("emitLog", Math.log, everywhere, denormals, between(0, 100), ...near1);
    expect(all.special).toEqual([]);
    expect(all.relative).toBeLessThan(1e-7);
  });

  it("gives -Infinity at ±0, 0 at 1, NaN below 0 and Infinity at Infinity", () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity } = Number;
    const points = [0, -0, 1, -1, -1e-45, minusInfinity, infinity, nan];
    expect(at("emitLog", ...points)).toEqual([minusInfinity, minusInfinity, 0, nan, nan, nan, infinity, nan]);
  });
});

describe("emitTanh", () => {
  it("tanh as a 9/8 rational of x clamped to ±8.0882; relative error < 3.4e-7 everywhere, and |tanh x| never exceeds 1", () => {
    const saturating = [neighbours(7.9), neighbours(8), neighbours(-8)];
    const fills = [everywhere, between(-10, 10), between(-1, 1), between(-0.01, 0.01), between(3.5, 5), ...saturating];
    const all = worst("emitTanh", Math.tanh, ...fills);
    expect(all.special).toEqual([]);
    expect(all.relative).toBeLessThan(3.4e-7);
    expect(all.lowest).toBe(-1);
    expect(all.highest).toBe(1);
  });

  it("gives x itself for |x| <= 2⁻¹², denormals and -0 included", () => {
    const points = [0, -0, 1e-45, -1e-45, 1e-39, -1.5e-38, 1e-30, 2 ** -12, -(2 ** -12)].map(Math.fround);
    expect(at("emitTanh", ...points)).toEqual(points);
  });

  it("gives ±1 at ±Infinity, NaN for NaN, and is odd bit for bit", () => {
    expect(at("emitTanh", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN)).toEqual([1, -1, Number.NaN]);
    const positive = apply("emitTanh", between(0, 9)).y;
    const negative = apply("emitTanh", between(-0, -9)).y;
    expect(positive.filter((y, i) => !Object.is(negative[i], -y)).length).toBe(0);
  });
});

describe("emitSigmoid", () => {
  it("sigmoid as 1 / (1 + exp(-x)); relative error < 1.8e-7 wherever the result is a normal float32, within [0, 1]", () => {
    const all = worst("emitSigmoid", sigmoid, everywhere, between(-90, 90), between(-20, 20), between(-2, 2));
    expect(all.special).toEqual([]);
    expect(all.relative).toBeLessThan(1.8e-7);
    expect([all.lowest, all.highest]).toEqual([0, 1]);
  });

  it("rounds denormal results right down to x = -88.72 and gives 0 below", () => {
    const { x, y } = apply("emitSigmoid", between(-88.72, -87.34));
    expect(
      Math.max(...[...x.keys()].filter((i) => i % 16 === 0).map((i) => Math.abs(y[i]! - sigmoid(x[i]!)))),
    ).toBeLessThan(2e-45);
    expect(at("emitSigmoid", -88.8, -1e30, Number.NEGATIVE_INFINITY)).toEqual([0, 0, 0]);
  });

  it("gives ½ at ±0, 1 at Infinity and NaN for NaN", () => {
    expect(at("emitSigmoid", 0, -0, Number.POSITIVE_INFINITY, Number.NaN)).toEqual([0.5, 0.5, 1, Number.NaN]);
  });
});

describe("emitSigmoidByTanh", () => {
  it("sigmoid as ½ + ½ tanh(x / 2); absolute error < 1.9e-7, never below 0 or above 1", () => {
    const fills = [everywhere, between(-20, 20), between(-4, 4), neighbours(15.8), neighbours(-15.8)];
    const all = worst("emitSigmoidByTanh", sigmoid, ...fills);
    expect(all.special).toEqual([]);
    expect(all.absolute).toBeLessThan(1.9e-7);
    expect([all.lowest, all.highest]).toEqual([0, 1]);
  });

  it("equals ½ + ½ tanh(x / 2) of emitTanh bit for bit", () => {
    const halves = apply("emitTanh", between(-10, 10)).y;
    const whole = apply("emitSigmoidByTanh", between(-20, 20)).y;
    expect(halves.filter((t, i) => whole[i] !== Math.fround(0.5 + 0.5 * t)).length).toBe(0);
  });
});

describe("emitSoftplus", () => {
  it("softplus as max(x, 0) + log(1 + exp(-|x|)), the logarithm a 3/3 rational; relative error < 3.2e-7 wherever the result is a normal float32", () => {
    const all = worst("emitSoftplus", softplus, everywhere, between(-90, 90), between(-20, 20), between(-1, 1));
    expect(all.special).toEqual([]);
    expect(all.relative).toBeLessThan(3.2e-7);
    expect(all.lowest).toBe(0);
    expect(all.underflow).toBeLessThan(SMALLEST_NORMAL);
  });

  it("gives log 2 at 0, x where e⁻ˣ vanishes, 0 where the result would be denormal, and NaN for NaN", () => {
    const { POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity } = Number;
    const points = [0, -0, 40, LARGEST, infinity, -87.4, minusInfinity, Number.NaN];
    const log2 = Math.fround(Math.LN2);
    expect(at("emitSoftplus", ...points)).toEqual([log2, log2, 40, LARGEST, infinity, 0, 0, Number.NaN]);
  });
});

it("gives the same bytes on every engine and processor", () => {
  const hashes = Object.keys(EMITTERS).map((name) => {
    apply(name as Name, (v) => {
      for (let i = 0; i < COUNT; i++) v[i] = (i + 1) * 2 ** -12 * (name === "emitLog" || i % 2 === 0 ? 1 : -1);
    });
    return `${name} ${patterns.reduce((hash, bits) => Math.imul(hash ^ bits, 16777619), -2128831035) >>> 0}`;
  });
  expect(hashes).toMatchInlineSnapshot(`
    [
      "emitExp 1659480304",
      "emitLog 1351240770",
      "emitTanh 1442242883",
      "emitSigmoid 3663131910",
      "emitSigmoidByTanh 3220641014",
      "emitSoftplus 1464687209",
    ]
  `);
});
