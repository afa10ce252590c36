import { afterEach, describe, expect, it, vi } from "vitest";
import { expectSameBits, numbers } from "../../../test/conformance/numbers.ts";
import { RecurraError } from "../../core/errors.ts";
import type { SegmentSpec } from "../../expression/segment.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { columnSums } from "../column-sums.ts";
import { product } from "../product.ts";
import { softmax } from "../softmax.ts";
import { WasmEngine } from "./wasm-engine.ts";
import { compile, requireWasmSimd, WasmMemory } from "./wasm-memory.ts";

const MEBIBYTE = 2 ** 20;

/** x ← tanh(x) + x. */
const SEGMENT: SegmentSpec = {
  width: "flat",
  strides: [0],
  steps: [
    { op: "load", operand: 0, column: 0 },
    { op: "tanh", a: 0 },
    { op: "add", a: 1, b: 0 },
    { op: "store", operand: 0, column: 0, a: 2 },
  ],
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function errorOf(work: () => unknown): RecurraError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(RecurraError);
    return error as RecurraError;
  }
  return expect.fail("expected an error, got none");
}

/** Several kernels over tensors; `between` runs between each two of them. */
function run(engine: WasmEngine, between: () => void): Float32Array[] {
  const [m, n, k] = [5, 19, 300];
  const a = Tensor.from(engine, m, k, numbers(m * k, 1));
  between();
  const b = Tensor.from(engine, k, n, numbers(k * n, 2));
  between();
  const c = Tensor.allocate(engine, m, n);
  const zeros = engine.zeros(5000);
  between();
  engine.run(product, { m, n, k, a: a.offset, lda: k, b: b.offset, ldb: n, c: c.offset, ldc: n, s: zeros, lds: 0 });
  const first = c.toArray();
  between();
  engine.segment(SEGMENT)(m * n, [c.offset]);
  between();
  engine.run(softmax, m, n, c.offset, c.offset);
  const sums = Tensor.from(engine, 1, n, new Float32Array(n));
  between();
  engine.run(columnSums, m, n, c.offset, n, sums.offset);
  return [a, b, c, sums].map((tensor) => tensor.toArray() as Float32Array).concat(first as Float32Array);
}

for (const shared of [true, false]) {
  describe(`growth of ${shared ? "shared" : "unshared"} memory in mid-step`, () => {
    const create = (): WasmEngine => {
      if (!shared) vi.stubGlobal("SharedArrayBuffer", undefined);
      const engine = new WasmEngine();
      expect(engine.view(0, 1).buffer instanceof ArrayBuffer).toBe(!shared);
      return engine;
    };

    it("changes no bit of what a step computes, nor of what its tensors hold", () => {
      const expected = run(create(), () => undefined);
      const engine = create();
      const sizes: number[] = [engine.byteLength];
      const actual = run(engine, () => {
        engine.arena.allocate(400_000);
        sizes.push(engine.byteLength);
      });
      for (let i = 1; i < sizes.length; i++) expect(sizes[i]).toBeGreaterThan(sizes[i - 1]!);
      expected.forEach((values, i) => {
        expectSameBits(actual[i]!, values, `result ${i}`);
      });
    });

    it("leaves what lives on the heap where it is", () => {
      const engine = create();
      const block = engine.heap.allocate(1000);
      engine.write(block, numbers(1000, 1));
      const zeros = engine.zeros(100);
      for (let i = 0; i < 5; i++) {
        engine.arena.allocate(2 * MEBIBYTE);
        engine.heap.allocate(MEBIBYTE);
      }
      expectSameBits(engine.read(block, 1000), numbers(1000, 1), "block");
      expectSameBits(engine.read(zeros, 100), new Float32Array(100), "zeros");
    });

    it(`${shared ? "leaves a kept view on the same numbers" : "empties a kept view"}; a new view sees them all`, () => {
      const engine = create();
      const tensor = Tensor.from(engine, 1, 3, [1, 2, 3]);
      const kept = engine.view(tensor.offset, 3);
      engine.arena.allocate(4 * MEBIBYTE);
      expect(kept.length).toBe(shared ? 3 : 0);
      expect(Array.from(engine.view(tensor.offset, 3))).toEqual([1, 2, 3]);
      const copy = tensor.toArray();
      engine.fill(tensor.offset, 3, 9);
      expect(Array.from(copy)).toEqual([1, 2, 3]);
      expect(copy.buffer).toBeInstanceOf(ArrayBuffer);
    });
  });
}

describe("an engine whose memory is full", () => {
  it("says what is in use and what to do, and works on when the step has ended", () => {
    const engine = new WasmEngine({ maximumBytes: 8 * MEBIBYTE });
    const x = engine.heap.allocate(8);
    engine.write(x, [0, 1, 2, 3, 4, 5, 6, 7]);
    const error = errorOf(() => {
      for (;;) engine.arena.allocate(100_000);
    });
    expect(error.code).toBe("memory");
    expect(error.message).toMatch(
      /^engine: expected \d+ more bytes of memory, got \d+ bytes in use of at most 8388608\. Use a smaller batch/,
    );
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(errorOf(() => engine.heap.allocate(4 * MEBIBYTE)).code).toBe("memory");

    engine.arena.reset();
    engine.segment(SEGMENT)(8, [x]);
    const tensor = Tensor.from(engine, 1, 8, engine.read(x, 8));
    expect(tensor.toArray()[0]).toBe(0);
    expect(tensor.toArray()[7]).toBeCloseTo(8, 4);
    for (let step = 0; step < 3; step++) {
      for (let i = 0; i < 10; i++) engine.arena.allocate(100_000);
      engine.arena.reset();
    }
  });

  it("uses the last page before it gives up", () => {
    const engine = new WasmEngine({ maximumBytes: 3 * MEBIBYTE });
    let count = 0;
    expect(
      errorOf(() => {
        for (; ; count++) engine.arena.allocate(16_384);
      }).code,
    ).toBe("memory");
    // 3 MiB are 48 pages, the first of which is the engine's own
    expect(count).toBe(47);
  });

  it("refuses a product whose packed copy does not fit, without a crash, and then one that fits", () => {
    const engine = new WasmEngine({ maximumBytes: 4 * MEBIBYTE });
    const [c, s] = [engine.arena.allocate(64), engine.zeros(1024)];
    const p = { a: s, lda: 0, b: s, ldb: 0, c, ldc: 8, s, lds: 0 };
    expect(errorOf(() => engine.run(product, { ...p, m: 1, n: 1024, k: 100_000 })).code).toBe("memory");
    engine.fill(c, 64, 5);
    engine.run(product, { ...p, m: 2, n: 8, k: 16 });
    expect(Array.from(engine.read(c, 17))).toEqual([...new Array(16).fill(0), 5]);
  });

  it("is told at once where the system has no address space for it", () => {
    vi.spyOn(WebAssembly, "Memory").mockImplementation(function refuse() {
      throw new RangeError("could not allocate memory");
    } as never);
    const error = errorOf(() => new WasmMemory(MEBIBYTE));
    expect(error.code).toBe("memory");
    expect(error.message).toMatchInlineSnapshot(
      `"engine: expected address space for 1048576 bytes, got could not allocate memory. Create the engine with a smaller maximumBytes."`,
    );
  });
});

describe("a runtime that cannot serve", () => {
  it("is told that WebAssembly is missing", () => {
    const error = errorOf(() => requireWasmSimd(undefined));
    expect(error.code).toBe("unsupported");
    expect(error.message).toMatchInlineSnapshot(
      `"engine: expected WebAssembly with 128-bit SIMD, got a runtime without WebAssembly. Node 20.19, Chromium 91, Firefox 89 and Safari 16.4 or later have it."`,
    );
  });

  it("is told that the 128-bit vectors are missing", () => {
    const seen: BufferSource[] = [];
    const without = {
      ...WebAssembly,
      validate: (bytes: BufferSource) => {
        seen.push(bytes);
        return false;
      },
    };
    const error = errorOf(() => requireWasmSimd(without as typeof WebAssembly));
    expect(error.code).toBe("unsupported");
    expect(error.message).toMatchInlineSnapshot(
      `"engine: expected WebAssembly with 128-bit SIMD, got a runtime without it. Node 20.19, Chromium 91, Firefox 89 and Safari 16.4 or later have it."`,
    );
    // what it was asked is a valid module, so that a runtime refuses it for its vectors alone
    expect(WebAssembly.validate(seen[0]!)).toBe(true);
  });

  it("makes the engine's constructor throw the same", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(errorOf(() => new WasmEngine()).message).toMatch(/a runtime without WebAssembly/);
  });

  it("names the page's policy and the word to add, in the words of each browser", () => {
    for (const text of [
      "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-unsafe-eval' nor 'unsafe-eval' is an allowed source of script",
      "WebAssembly.Module(): Wasm code generation disallowed by embedder",
      "call to WebAssembly.Module() blocked by CSP",
      "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
    ]) {
      const cause = new WebAssembly.CompileError(text);
      vi.spyOn(WebAssembly, "Module").mockImplementation(function refuse() {
        throw cause;
      } as never);
      const error = errorOf(() => new WasmEngine());
      expect(error.code, text).toBe("unsupported");
      expect(error.message).toBe(
        "engine: expected a page that may compile WebAssembly, got a Content-Security-Policy that forbids it. " +
          "Add 'wasm-unsafe-eval' to script-src.",
      );
      expect(error.cause).toBe(cause);
      vi.restoreAllMocks();
    }
  });

  it("calls a module that does not compile for another reason a bug", () => {
    expect(errorOf(() => compile(new Uint8Array([0, 1, 2, 3]))).code).toBe("internal");
  });
});
