import { describe, expect, it, vi } from "vitest";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Parameter } from "../tensor/parameter.ts";
import { Adam, AdamW, clipByValue, clipScale, gradientNorm, type Optimizer, RmsProp, Sgd } from "./index.ts";

interface Case {
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly epsilonCase: { readonly beta1: number; readonly beta2: number; readonly epsilon: number };
}

const golden = loadRules<Case>("optimizers");
const { steps, learningRate, weightDecay, epsilonCase } = golden.case;
const data = (name: string): Float64Array => golden.tensors[name]!.data as Float64Array;

const MAKERS: Readonly<Record<string, (parameters: readonly Parameter[]) => Optimizer>> = {
  adam: (parameters) => new Adam(parameters),
  "adam-epsilon": (parameters) => new Adam(parameters, epsilonCase),
  adamw: (parameters) => new AdamW(parameters, { weightDecay }),
  sgd: (parameters) => new Sgd(parameters, { momentum: 0.9, weightDecay }),
  rmsprop: (parameters) => new RmsProp(parameters, { weightDecay }),
};
const NAMES = Object.keys(MAKERS);
const ENGINES: readonly (readonly [string, () => Engine, number])[] = [
  ["float32 WebAssembly", () => new WasmEngine(), 1e-5],
  ["float64 reference", () => new ReferenceEngine(), 1e-10],
];

/** A weight [4, 3] and a bias [1, 3] with the golden's numbers, and the update of step k. */
function start(name: string, engine: Engine) {
  const weight = new Parameter(engine, "weight", 4, 3, data("in.weight"));
  const bias = new Parameter(engine, "bias", 1, 3, data("in.bias"));
  const optimizer = MAKERS[name]!([weight, bias]);
  const update = (k: number, by: Optimizer = optimizer): void => {
    engine.write(weight.gradientOffset, data("in.weightGradients").subarray(12 * k, 12 * k + 12));
    engine.write(bias.gradientOffset, data("in.biasGradients").subarray(3 * k, 3 * k + 3));
    by.step(learningRate);
  };
  return { weight, bias, optimizer, update };
}

describe.each(ENGINES)("optimisers, %s", (_, engineOf, bound) => {
  it.each(
    NAMES,
  )("%s: ten steps are those of PyTorch, gradients of ε's size among them; biases do not decay", (name) => {
    const { weight, bias, update } = start(name, engineOf());
    for (let k = 0; k < steps; k++) {
      update(k);
      expectClose(weight.toArray(), data(`${name}.weight`).subarray(12 * k, 12 * k + 12), bound, `weight, step ${k}`);
      expectClose(bias.toArray(), data(`${name}.bias`).subarray(3 * k, 3 * k + 3), bound, `bias, step ${k}`);
    }
  });
});

describe("optimisers", () => {
  it("the goldens show ε: without it the rows of tiny gradients would end elsewhere", () => {
    for (const [name, tiny] of [
      ["adam", (p: readonly Parameter[]) => new Adam(p, { epsilon: 1e-12 })],
      ["rmsprop", (p: readonly Parameter[]) => new RmsProp(p, { epsilon: 1e-12 })],
    ] as const) {
      const { weight, bias, update } = start(name, new ReferenceEngine());
      const other = tiny([weight, bias]);
      for (let k = 0; k < steps; k++) update(k, other);
      const right = data(`${name}.weight`).subarray(12 * (steps - 1));
      const apart = Math.max(...Array.from(weight.toArray(), (value, i) => Math.abs(value - right[i]!)));
      expect(apart, name).toBeGreaterThan(1e-2);
    }
  });

  it.each(NAMES)("%s goes on bit for bit from its moments and running numbers, by JSON and back", (name) => {
    const whole = start(name, new WasmEngine());
    for (let k = 0; k < steps; k++) whole.update(k);

    const half = start(name, new WasmEngine());
    for (let k = 0; k < 4; k++) half.update(k);
    const saved = {
      weight: half.weight.toArray(),
      bias: half.bias.toArray(),
      moments: half.optimizer.moments(),
      running: JSON.parse(JSON.stringify(half.optimizer.running())) as number[],
    };
    for (let k = 4; k < steps; k++) half.update(k); // what was saved is a copy: going on must not change it

    const resumed = start(name, new WasmEngine());
    resumed.weight.assign(saved.weight);
    resumed.bias.assign(saved.bias);
    resumed.optimizer.setMoments(saved.moments);
    resumed.optimizer.setRunning(saved.running);
    for (let k = 4; k < steps; k++) resumed.update(k);
    expectSameBits(resumed.weight.toArray(), whole.weight.toArray(), "weight");
    expectSameBits(resumed.bias.toArray(), whole.bias.toArray(), "bias");
    for (const [key, moment] of whole.optimizer.moments()) {
      expectSameBits(resumed.optimizer.moments().get(key)!, moment, key);
    }
    expect(resumed.optimizer.running()).toEqual(whole.optimizer.running());
  });

  it("refuse moments and running numbers of another model", () => {
    const { optimizer } = start("adam", new WasmEngine());
    const moments = optimizer.moments();
    moments.delete("bias.v");
    expect(() => optimizer.setMoments(moments)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: adam, moment "bias.v": expected 3 numbers, got none.]`,
    );
    expect(() => optimizer.setMoments(new Map(moments).set("weight.m", new Float32Array(2)))).toThrow(
      'adam, moment "weight.m": expected 12 numbers, got 2.',
    );
    expect(() => optimizer.setRunning([1])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: adam, running numbers: expected 2, got 1.]`,
    );
  });

  it.each([Adam, AdamW, Sgd, RmsProp])("%o names what is no parameter, and options that it has not", (Made) => {
    const make = Made as unknown as new (parameters: unknown, options?: unknown) => Optimizer;
    const right = [new Parameter(new ReferenceEngine(), "p", 1, 1, [1])];
    for (const wrong of [undefined, [], { parameters: right }, [{ parameters: right }]]) {
      expect(() => new make(wrong)).toThrow(", parameters: expected a list of parameters, got ");
    }
    expect(() => new make(right, { learningRate: 1 })).toThrow(`${Made.name}: expected options of `);
    expect(() => new make(right, 0.001)).toThrow(`${Made.name}: expected an object of options, got 0.001.`);
    expect(() => new make(right, null)).toThrow("got null.");
  });

  it("take the parameters of another copy of the package", async () => {
    vi.resetModules();
    const other = await import("../tensor/parameter.ts");
    expect(other.Parameter).not.toBe(Parameter);
    expect(() => new Adam([new other.Parameter(new ReferenceEngine(), "p", 1, 1, [1])])).not.toThrow();
  });

  it("refuse a misspelt option and a number that is none", () => {
    const right = [new Parameter(new ReferenceEngine(), "p", 1, 1, [1])];
    expect(() => new AdamW(right, { weightDecya: 0.1 } as never)).toThrow(
      'AdamW: expected options of beta1, beta2, epsilon, weightDecay, got "weightDecya". Did you mean weightDecay?',
    );
    expect(() => new Adam(right, { beta1: Number.NaN })).toThrow(
      "Adam, option beta1: expected a rate from 0 to below 1, got NaN.",
    );
    expect(() => new Sgd(right, { weightDecay: "0.1" as never })).toThrow("Sgd, option weightDecay: expected a number");
  });

  it("a weight of zero gradient moves under decay alone, a bias never", () => {
    for (const name of ["adamw", "sgd", "rmsprop"]) {
      const engine = new WasmEngine();
      const { weight, bias, optimizer } = start(name, engine);
      const before = [weight.toArray(), bias.toArray()];
      optimizer.step(learningRate);
      // towards zero, and in RMSProp by steps of one size
      expect(weight.toArray().every((value, i) => (before[0]![i]! - value) * before[0]![i]! > 0)).toBe(true);
      expectSameBits(bias.toArray(), before[1]!, `${name}, bias`);
    }
  });
});

describe("clipping", () => {
  function gradients() {
    const engine = new WasmEngine();
    const parameters = [new Parameter(engine, "a", 2, 3, new Float32Array(6)), new Parameter(engine, "b", 1, 1, [0])];
    engine.write(parameters[0]!.gradientOffset, [3, -4, 0, 0.5, -0.5, 100]);
    engine.write(parameters[1]!.gradientOffset, [-7]);
    return parameters;
  }

  it("by value brings each number into the limits and leaves those within alone, bit for bit", () => {
    const parameters = gradients();
    clipByValue(parameters, 0.75);
    expect(parameters.map((p) => [...p.gradient()])).toEqual([[0.75, -0.75, 0, 0.5, -0.5, 0.75], [-0.75]]);
  });

  it("by value changes no gradient under an infinite limit, and refuses one of 0", () => {
    const parameters = gradients();
    clipByValue(parameters, Number.POSITIVE_INFINITY);
    expect([...parameters[0]!.gradient()]).toEqual([3, -4, 0, 0.5, -0.5, 100]);
    expect(() => clipByValue(parameters, 0)).toThrow("clipByValue: expected a limit above 0, got 0.");
  });

  it("by the global norm keeps the direction: the scale is 1 below the norm, else norm / ‖g‖", () => {
    const parameters = gradients();
    const norm = gradientNorm(parameters);
    expect(norm).toBeCloseTo(Math.sqrt(9 + 16 + 0.5 + 10000 + 49), 4);
    expect(clipScale(norm, 2 * norm)).toBe(1);
    expect(clipScale(norm, 5) * norm).toBeCloseTo(5, 5);
    expect(clipScale(0, 5)).toBe(1);
  });
});

describe("a sparse parameter", () => {
  const make = (name: string, sparse: boolean) => {
    const engine = new WasmEngine();
    const table = new Parameter(engine, "table", 4, 3, data("in.weight"), { sparse });
    const optimizer = MAKERS[name]!([table]);
    const update = (k: number, rows: readonly number[]): number => {
      table.zeroGradient();
      for (const row of rows) {
        const from = data("in.weightGradients").subarray(12 * k + 3 * row, 12 * k + 3 * row + 3);
        engine.write(table.gradientOffset + 3 * row, from);
      }
      table.touchRows(rows);
      const norm = gradientNorm([table]);
      optimizer.step(learningRate, clipScale(norm, 1));
      return norm;
    };
    return { table, update };
  };

  it.each(NAMES)("%s: rows that every step touches go as those of a dense one", (name) => {
    const [sparse, dense] = [make(name, true), make(name, false)];
    for (let k = 0; k < steps; k++) {
      expect(sparse.update(k, [2, 0, 1, 3])).toBeCloseTo(dense.update(k, [0, 1, 2, 3]), 12);
      expectClose(sparse.table.toArray(), dense.table.toArray(), 1e-6, `step ${k}`);
    }
  });

  it.each(NAMES)("%s: a row that no gradient reaches stays what it is, moments and all", (name) => {
    const { table, update } = make(name, true);
    update(0, [1, 2]);
    const before = table.toArray().slice(3, 6);
    update(1, [2]);
    expectSameBits(table.toArray().slice(3, 6), before, "row 1");
    const other = make(name, true);
    other.update(0, [1, 2]);
    expectSameBits(other.table.toArray().slice(3, 6), before, "row 1 after one step");
    expect(Array.from(table.gradient()).filter((g) => g !== 0)).toHaveLength(3);
  });
});
