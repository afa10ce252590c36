import { describe, expect, it } from "vitest";
import { F64, type FunctionBuilder, I32, type Local, ModuleBuilder, V128, type ValueType } from "./assembler.ts";

type Emit = (f: FunctionBuilder, parameters: readonly Local[]) => void;

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });

function instantiate(module: ModuleBuilder): Record<string, (...parameters: number[]) => number> {
  const compiled = new WebAssembly.Module(module.toBytes({ shared: false, maximumPages: 2 }));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as ReturnType<typeof instantiate>;
}

function build(
  parameters: readonly ValueType[],
  results: readonly ValueType[],
  emit: Emit,
): (...p: number[]) => number {
  const module = new ModuleBuilder();
  module.function("run", parameters, results, emit);
  return instantiate(module).run!;
}

function floats(): Float32Array {
  return new Float32Array(memory.buffer);
}

describe("the assembler's numbers", () => {
  it("are signed LEB128 to the edges of every length", () => {
    const edges = [
      0, -1, 63, 64, -64, -65, 127, 128, 255, 8191, 8192, -8192, -8193, 1048575, 1048576, -1048576, -1048577,
    ];
    for (const value of [...edges, 134217727, 134217728, -134217729, 0x7fffffff, -0x80000000]) {
      expect(build([], [I32], (f) => f.i32(value))()).toBe(value);
    }
  });

  it("are unsigned LEB128 in the distance of a load and a store", () => {
    for (const distance of [0, 4, 124, 128, 16380, 16384, 65536, 131068]) {
      floats().fill(0);
      build([I32], [], (f, [at]) =>
        f
          .get(at!)
          .f32(distance + 0.5)
          .storeF32(distance),
      )(0);
      expect(floats()[distance / 4], `stored at ${distance}`).toBe(distance + 0.5);
      const load = build([I32], [I32], (f, [at]) => f.get(at!).loadI32(distance));
      new Int32Array(memory.buffer)[distance / 4] = distance + 1;
      expect(load(0), `loaded at ${distance}`).toBe(distance + 1);
    }
  });

  it("are unsigned LEB128 in locals, functions and lengths beyond 127", () => {
    const module = new ModuleBuilder();
    for (let i = 0; i < 200; i++) module.function(`function number ${i}`, [], [I32], (f) => f.i32(1000 + i));
    module.function("x".repeat(200), [I32], [I32], (f, [x]) => {
      const locals = Array.from({ length: 300 }, (_, i) => f.local(i % 2 === 0 ? I32 : V128));
      locals.forEach((local, i) => {
        if (i % 2 === 0) f.get(x!).i32(i).op("i32.add").set(local);
      });
      f.call(199).get(locals[298]!).op("i32.add").get(locals[126]!, locals[128]!).op("i32.sub", "i32.add");
    });
    expect(instantiate(module)["x".repeat(200)]!(5)).toBe(1199 + 303 - 2);
  });

  it("are exact as floats: denormals, -0, infinities and the largest", () => {
    for (const value of [
      0,
      -0,
      1e-45,
      -1.5,
      0.1,
      3.4028234663852886e38,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]) {
      build([], [], (f) => f.i32(64).f32x4(value).storeV128().i32(80).f32(value).storeF32())();
      for (let i = 16; i <= 20; i++) expect(floats()[i]).toBe(Math.fround(value));
    }
  });
});

describe("vector constants", () => {
  /** Where a v128.const begins in a body. */
  function constantsIn(body: readonly number[]): number[] {
    return body.flatMap((byte, i) => (byte === 0xfd && body[i + 1] === 12 ? [i] : []));
  }

  it("are set once each, before the first loop, however often they are used", () => {
    const module = new ModuleBuilder();
    let body: number[] = [];
    module.function("run", [I32], [], (f, [left]) => {
      f.repeat(
        () => {
          f.i32(0)
            .f32x4(1)
            .f32x4(2)
            .op("f32x4.add")
            .f32x4(1)
            .op("f32x4.add")
            .i32x4(0x3f800000)
            .op("f32x4.add")
            .storeV128();
          f.advance(left!, -1);
        },
        () => f.get(left!),
      );
      body = f.toBytes();
    });
    const constants = constantsIn(body);
    // 1 as float and as bits is one constant
    expect(constants).toHaveLength(2);
    const loop = body.findIndex((byte, i) => byte === 0x03 && body[i + 1] === 0x40 && i > constants[0]!);
    expect(Math.max(...constants)).toBeLessThan(loop);
    instantiate(module).run!(2);
    expect(Array.from(floats().subarray(0, 4))).toEqual([5, 5, 5, 5]);
  });

  it("keep 0 and -0 apart", () => {
    build([], [], (f) => f.i32(0).f32x4(0).storeV128().i32(16).f32x4(-0).storeV128())();
    expect([floats()[3], floats()[4]]).toEqual([0, -0]);
  });
});

describe("control", () => {
  const sumBelow: Emit = (f, [n]) => {
    const [i, total] = [f.local(I32), f.local(I32)];
    f.while(
      () => f.get(i, n!).op("i32.lt_u"),
      () => f.get(total, i).op("i32.add").set(total).advance(i, 1),
    );
    f.get(total);
  };

  it("tests a while before its first turn", () => {
    const run = build([I32], [I32], sumBelow);
    expect([0, 1, 5, 100].map((n) => run(n))).toEqual([0, 0, 10, 4950]);
  });

  it("runs a repeat at least once and as long as its condition holds", () => {
    const turns = build([I32], [I32], (f, [left]) => {
      const count = f.local(I32);
      f.repeat(
        () => f.advance(count, 1).advance(left!, -1),
        () => f.get(left!).i32(1).op("i32.sub").i32(1000).op("i32.lt_u"),
      );
      f.get(count);
    });
    expect([0, 1, 2, 7].map((n) => turns(n))).toEqual([1, 1, 2, 7]);
  });

  it("takes the branch of an if that its condition says, and goes on behind it", () => {
    const choose = build([I32], [I32], (f, [x]) => {
      const y = f.local(I32);
      f.get(x!);
      f.if(
        () => f.i32(10).set(y),
        () => f.i32(20).set(y),
      );
      f.get(x!).i32(2).op("i32.eq");
      f.if(() => f.advance(y, 5));
      f.get(y);
    });
    expect([0, 1, 2].map((x) => choose(x))).toEqual([20, 10, 15]);
  });

  it("nests: primes below n by loops within loops, an if and a call", () => {
    const module = new ModuleBuilder();
    const isDivisible = module.function("divides", [I32, I32], [I32], (f, [n, d]) => {
      f.while(
        () => f.get(n!, d!).op("i32.ge_u"),
        () => f.get(n!, d!).op("i32.sub").set(n!),
      );
      f.get(n!).i32(0).op("i32.eq");
    });
    module.function("primes", [I32], [I32], (f, [n]) => {
      const [candidate, divisor, prime, count] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
      f.i32(2).set(candidate);
      f.while(
        () => f.get(candidate, n!).op("i32.lt_u"),
        () => {
          f.i32(1).set(prime);
          f.i32(2).set(divisor);
          f.while(
            () => f.get(divisor, candidate).op("i32.lt_u"),
            () => {
              f.get(candidate, divisor).call(isDivisible);
              f.if(() => f.i32(0).set(prime));
              f.advance(divisor, 1);
            },
          );
          f.get(prime);
          f.if(
            () => f.advance(count, 1),
            () => undefined,
          );
          f.advance(candidate, 1);
        },
      );
      f.get(count);
    });
    expect(instantiate(module).primes!(50)).toBe(15);
  });

  it("lends a scratch vector again once it is handed back", () => {
    build([], [], (f) => {
      const first = f.borrow();
      f.release(first);
      expect(f.borrow()).toBe(first);
      expect(f.borrow()).not.toBe(first);
    })();
  });
});

describe("vectors", () => {
  it("load, shuffle, store one lane, and leave as floats and as a pair of f64", () => {
    floats().set([1, 2, 3, 4, 10, 20, 30, 40, 7, 7, 7, 7]);
    build([], [], (f) => {
      f.i32(32).i32(0).loadV128().i32(0).loadV128(16).shuffle(1, 4, 0, 7).storeV128();
      f.i32(48).i32(0).loadFirst(4).storeFirst();
      f.i32(64).i32(0).loadFirst(8).storeV128();
      f.i32(80).i32(0).loadSplat(12).storeV128();
    })();
    expect(Array.from(floats().subarray(8, 13))).toEqual([2, 10, 1, 40, 2]);
    expect(Array.from(floats().subarray(16, 24))).toEqual([3, 0, 0, 0, 4, 4, 4, 4]);
    const pair = (lane: 0 | 1): number =>
      build([], [F64], (f) => f.i32(0).loadV128().op("f64x2.promote_low_f32x4").extractF64(lane))();
    expect([pair(0), pair(1)]).toEqual([1, 2]);
  });
});

describe("a module", () => {
  it("takes shared memory and unshared memory, each where it says so", () => {
    const module = new ModuleBuilder();
    module.function("run", [], [I32], (f) => f.i32(0).loadI32());
    for (const shared of [true, false]) {
      const own = new WebAssembly.Memory({ initial: 1, maximum: 300, shared });
      new Int32Array(own.buffer)[0] = 42;
      const compiled = new WebAssembly.Module(module.toBytes({ shared, maximumPages: 300 }));
      const { exports } = new WebAssembly.Instance(compiled, { env: { memory: own } });
      expect((exports.run as () => number)()).toBe(42);
      const other = new WebAssembly.Module(module.toBytes({ shared: !shared, maximumPages: 300 }));
      expect(() => new WebAssembly.Instance(other, { env: { memory: own } })).toThrow(WebAssembly.LinkError);
    }
  });
});
