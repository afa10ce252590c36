import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { place, placeIndices } from "../../../test/conformance/engine-conformance.ts";
import { expectSameBits, numbers } from "../../../test/conformance/numbers.ts";
import { startThreads } from "../../../test/support/start-threads.ts";
import type { SegmentSpec } from "../../expression/segment.ts";
import type { OwnKernel } from "../engine.ts";
import { product } from "../product.ts";
import { WasmEngine } from "./wasm-engine.ts";

const alone = new WasmEngine({ threads: 1 });
const engine = new WasmEngine({ threads: 3, alwaysShare: true });

/** A caller that waits for its threads so long, in milliseconds, waits for ever: the test fails instead. */
const FOR_EVER = 10_000;
let deadline = 0;

beforeEach(() => {
  deadline = performance.now() + FOR_EVER;
});
beforeAll(async () => {
  const { wait } = Atomics;
  vi.spyOn(Atomics, "wait").mockImplementation((...parameters: Parameters<typeof wait>) => {
    if (deadline > 0 && performance.now() > deadline) throw new Error("The caller waits for its threads for ever.");
    return wait(...parameters);
  });
  for (const each of [alone, engine]) await each.prepareInt8();
  await startThreads(engine);
});
afterAll(() => {
  engine.close();
  vi.restoreAllMocks();
});

/** e^0 = 1 into one element. */
const ONE: SegmentSpec = {
  width: "flat",
  strides: [0],
  steps: [
    { op: "load", operand: 0, column: 0 },
    { op: "exp", a: 0 },
    { op: "store", operand: 0, column: 0, a: 1 },
  ],
};

describe("commands for threads", () => {
  it("wake a thread that went to sleep", async () => {
    await startThreads(engine);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    const at = engine.heap.allocate(3);
    const kernel = engine.segment(ONE);
    engine.concurrently(1e9, 3, 1, (share) => kernel(1, [at + share]));
    expect(performance.now() - began).toBeLessThan(1000);
    engine.heap.free(at);
  });

  it("are all run where there are more than a ring holds", () => {
    const count = 40_000;
    const at = engine.heap.allocate(3 * count);
    engine.fill(at, 3 * count, 0);
    const kernel = engine.segment(ONE);
    engine.concurrently(1e9, 3, 1, (share) => {
      for (let i = 0; i < count; i++) kernel(1, [at + share * count + i]);
    });
    expect(engine.read(at, 3 * count).findIndex((value) => value !== 1)).toBe(-1);
    engine.heap.free(at);
  });

  it("that were given before the caller failed are waited for, and the error is the caller's", () => {
    const at = engine.heap.allocate(3);
    engine.fill(at, 3, 0);
    const kernel = engine.segment(ONE);
    const run = (share: number): void => {
      kernel(1, [at + share]);
      if (share === 1) throw new Error("of the caller");
    };
    expect(() => engine.concurrently(1e9, 3, 1, run)).toThrow("of the caller");
    expect([...engine.read(at, 3)]).toEqual([0, 1, 1]);
    engine.heap.free(at);
  });
});

/** Runs `work` in a step of its own. */
function stepOf<Result>(e: WasmEngine, work: () => Result): Result {
  try {
    return work();
  } finally {
    e.arena.reset();
  }
}

/** Whole numbers from -127 to 127. */
const bytes = (count: number, seed: number): Int8Array =>
  Int8Array.from(numbers(count, seed), (x) => Math.round(x * 127));
const scales = (count: number, seed: number): Float32Array => numbers(count, seed).map((x) => 0.001 + x * x);

/** A place of `count` numbers that a kernel writes, and more behind it that it must leave. */
const target = (e: WasmEngine, count: number): [number, () => Float32Array] => {
  const at = place(e, numbers(count + 64, 3));
  return [at, () => e.read(at, count + 64)];
};

// shares of more than 64 rows, which pass by the panels in several turns; tails of rows, columns and terms
const [M, N, K] = [403, 45, 300];

function productOf(e: WasmEngine, m: number, n: number, transposedA: boolean, transposedB: boolean): Float32Array {
  const [lda, ldb, ldc] = [(transposedA ? m : K) + 3, (transposedB ? K : n) + 1, n + 2];
  const a = place(e, numbers((transposedA ? K : m) * lda, 1));
  const b = place(e, numbers((transposedB ? n : K) * ldb, 2));
  const [c, read] = target(e, m * ldc);
  const s = place(e, numbers(m * n, 4));
  e.run(product, { m, n, k: K, a, lda, transposedA, b, ldb, transposedB, c, ldc, s, lds: n });
  return read();
}

function int8Gather(e: WasmEngine, by: "rows" | "columns"): Float32Array {
  const [rows, n, width] = [4001, 201, 205];
  const values = e.arena.allocate(e.int8.sizeOf(31 * width));
  e.int8.write(values, bytes(31 * width, 1));
  const table = { values, column: 3, scales: place(e, scales(by === "rows" ? 31 : width, 2)), by };
  const [to, read] = target(e, rows * (n + 1));
  const indices = placeIndices(
    e,
    Int32Array.from({ length: rows }, (_, i) => (i * 17) % 31),
  );
  e.gather(rows, n, table, width, indices, place(e, numbers(n, 4)), to, n + 1);
  return read();
}

const WORK: Readonly<Record<string, (e: WasmEngine) => Float32Array>> = {
  "A·B by rows": (e) => productOf(e, M, N, false, false),
  "A·Bᵀ by rows": (e) => productOf(e, M, N, false, true),
  "Aᵀ·B by rows": (e) => productOf(e, M, N, true, false),
  "Aᵀ·Bᵀ by rows": (e) => productOf(e, M, N, true, true),
  "Aᵀ·B by columns": (e) => productOf(e, N, M, true, false),
  "Aᵀ·Bᵀ by columns": (e) => productOf(e, N, M, true, true),
  "Aᵀ·B by rows, in strips": (e) => productOf(e, 2100, 130, true, false),
  "Aᵀ·B by columns, in strips": (e) => productOf(e, 130, 2100, true, false),
  "a product whose packing is shared": (e) => productOf(e, 5, 2701, false, false),
  "a product whose transposed packing is shared": (e) => productOf(e, 5, 2701, false, true),
  "a product with weights of int8": (e) => {
    const packed = e.arena.allocate(e.int8.packedSize(K, N));
    e.int8.pack(K, N, bytes(K * N, 1), scales(N, 2), packed);
    const [c, read] = target(e, M * (N + 2));
    e.productPacked(M, N, K, place(e, numbers(M * (K + 1), 5)), K + 1, { int8: packed }, c, N + 2, c, N + 2);
    return read();
  },
  "a look-up in int8, scales by rows": (e) => int8Gather(e, "rows"),
  "a look-up in int8, scales by columns": (e) => int8Gather(e, "columns"),
};

describe("work that threads share", () => {
  it.each(Object.entries(WORK))("has the bits it has alone, and writes nothing beside its place: %s", (name, work) => {
    const expected = stepOf(alone, () => work(alone));
    for (let again = 0; again < 3; again++) {
      expectSameBits(
        stepOf(engine, () => work(engine)),
        expected,
        name,
      );
    }
  });

  it("is cut at multiples of the unit into ranges that together are all of it", () => {
    for (const [count, unit] of [
      [64, 16],
      [397, 4],
      [403, 16],
      [33, 16],
    ] as const) {
      const ranges: { first: number; count: number; share: number }[] = [];
      const kernel: OwnKernel<[]> = (kernels) =>
        kernels.split(count, unit, 1e9, (first, size, share) => ranges.push({ first, count: size, share }));
      engine.run(kernel);
      ranges.sort((a, b) => a.share - b.share);
      expect(ranges.map(({ share }) => share)).toEqual([0, 1, 2]);
      let next = 0;
      for (const range of ranges) {
        expect(range.first).toBe(next);
        expect(range.first % unit).toBe(0);
        next += range.count;
      }
      expect(next).toBe(count);
    }
  });

  it("has as many shares as it is worth, as it can be cut into, and as the engine may have threads now", () => {
    const sharesOf = (work: number, most: number): number => {
      let got = 0;
      engine.concurrently(work, most, 1, (_, shares) => {
        got = shares;
      });
      return got;
    };
    expect([499_999, 500_000, 749_999, 750_000].map((work) => sharesOf(work, 64))).toEqual([1, 2, 2, 3]);
    expect([0, 1, 2, 64].map((most) => sharesOf(1e9, most))).toEqual([1, 1, 2, 3]);
    engine.threads = 2;
    try {
      expect(sharesOf(1e9, 64)).toBe(2);
    } finally {
      engine.threads = 3;
    }
  });
});
