import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectSameBits } from "../../../test/support/expect-same-bits.ts";
import { startThreads } from "../../../test/support/start-threads.ts";
import { crossEntropy } from "../../autograd/cross-entropy.ts";
import { differentiate } from "../../autograd/differentiate.ts";
import { sum } from "../../autograd/sum.ts";
import { gru, lstm, minGru, rnn } from "../../cells/index.ts";
import { Packing } from "../../core/packing.ts";
import { Random } from "../../core/random.ts";
import { Bidirectional, Dense, Embedding } from "../../layers/index.ts";
import { Adam } from "../../optimizers/adam.ts";
import { clipScale, gradientNorm } from "../../optimizers/clip.ts";
import type { Cell } from "../../recurrence/define-cell.ts";
import { Indices } from "../../tensor/indices.ts";
import { step } from "../../tensor/tape.ts";
import { columnSums } from "../column-sums.ts";
import { crossEntropy as crossEntropyKernel } from "../cross-entropy.ts";
import { crossEntropyGradient } from "../cross-entropy-gradient.ts";
import { normalize } from "../normalize.ts";
import { normalizeGradient } from "../normalize-gradient.ts";
import { product } from "../product.ts";
import { scatterAdd } from "../scatter-add.ts";
import { softmax } from "../softmax.ts";
import { WasmEngine } from "../wasm/wasm-engine.ts";

const COUNTS = [2, 3, 4];
const engines = new Map<number, WasmEngine>();

/** Weights after three steps of a bidirectional tagger with dropout, clipping and lengths that differ, and what it then reads. */
function trainedWeights(engine: WasmEngine, cell: Cell, lengths: readonly number[]): Float32Array {
  const [vocabulary, classes, hiddenSize] = [37, 11, 45];
  const random = new Random(3, "threads test");
  const embedding = new Embedding({ engine, name: "embedding", vocabularySize: vocabulary, size: 24, seed: 1 });
  const rnnOptions = { engine, name: "rnn", cell, inputSize: 24, hiddenSize, seed: 2 };
  const layer = new Bidirectional(rnnOptions);
  const dense = new Dense({ engine, name: "dense", inputSize: layer.outputSize, outputSize: classes, seed: 3 });
  const parameters = [...embedding.parameters, ...layer.parameters, ...dense.parameters];
  const optimizer = new Adam(parameters);
  const packing = new Packing(lengths);
  const ids = Int32Array.from({ length: packing.rows }, (_, i) => random.integer(i, vocabulary));
  const targets = ids.map((id) => id % classes);
  for (let k = 0; k < 3; k++) {
    for (const p of parameters) p.zeroGradient();
    step(engine, () =>
      differentiate(engine, () => {
        const x = embedding.run(Indices.from(engine, ids, vocabulary));
        const dropout = { random, step: k, layer: 0 };
        const y = dense.run(layer.run(x, packing, { dropout }).output);
        return sum(crossEntropy(y, Indices.from(engine, targets, classes)));
      }),
    );
    optimizer.step(1e-2, clipScale(gradientNorm(parameters), 1));
  }
  const read = step(engine, () =>
    layer.run(embedding.run(Indices.from(engine, ids, vocabulary)), packing).output.toArray(),
  );
  return Float32Array.from([...parameters.flatMap((p) => [...p.toArray()]), ...read]);
}

/** What the kernels that come with who calls them write, each of enough work to be shared. */
function writtenByKernels(engine: WasmEngine): Record<string, ArrayLike<number>> {
  const [rows, n] = [1613, 333];
  const place = (name: string, count: number): { readonly offset: number; readonly count: number } => {
    const values = new Float32Array(count);
    new Random(4, name).fillUniform(values, -1, 1);
    const offset = engine.arena.allocate(count);
    engine.write(offset, values);
    return { offset, count };
  };
  const [x, g, soft, dx] = [place("x", rows * n), place("g", rows * n), place("soft", rows * n), place("dx", rows * n)];
  const [kept, loss, r] = [place("kept", 2 * rows), place("loss", rows), place("r", rows)];
  const [sums, table] = [place("sums", n), place("table", 7 * n)];
  const places = engine.arena.allocate(rows);
  const classes = Int32Array.from({ length: rows }, (_, i) => (5 * i) % 7);
  engine.writeIndices(places, classes);
  engine.run(softmax, rows, n, x.offset, soft.offset);
  engine.run(crossEntropyKernel, rows, n, x.offset, places, kept.offset, loss.offset);
  engine.run(crossEntropyGradient, rows, n, x.offset, places, kept.offset, g.offset, dx.offset);
  engine.run(columnSums, rows, n, x.offset, n, sums.offset);
  engine.run(scatterAdd, rows, n, table.offset, n, places, x.offset, n);
  engine.run(normalize, rows, n, x.offset, n, r.offset, 1e-3);
  engine.run(normalizeGradient, rows, n, x.offset, n, r.offset, g.offset, n, g.offset, n);
  const written = Object.entries({ soft, kept, loss, dx, sums, table, x, r, g });
  return Object.fromEntries(written.map(([name, { offset, count }]) => [name, engine.read(offset, count)]));
}

const LENGTHS = {
  "equal lengths": new Array<number>(18).fill(21),
  "unequal lengths": Array.from({ length: 37 }, (_, b) => 1 + ((b * 17) % 29)),
  "a batch too small to share": [40, 3],
};
const CELLS: readonly (readonly [string, Cell])[] = [
  ["rnn", rnn()],
  ["gru", gru()],
  ["gru, reset before", gru({ reset: "before" })],
  ["lstm with peepholes, layer norm and dropout", lstm({ peepholes: true, layerNorm: true, recurrentDropout: 0.3 })],
  ["minGru", minGru()],
];

beforeAll(async () => {
  for (const threads of COUNTS) engines.set(threads, new WasmEngine({ threads, alwaysShare: true }));
  await Promise.all([...engines.values()].map(startThreads));
});

afterAll(() => {
  for (const engine of engines.values()) engine.close();
});

describe("threads", () => {
  describe.each(CELLS)("%s", (_, cell) => {
    it.each(
      Object.entries(LENGTHS),
    )("trains to the same bytes with 1, 2, 3 and 4 threads: %s", async (_name, lengths) => {
      const expected = trainedWeights(new WasmEngine({ threads: 1 }), cell, lengths);
      for (const [threads, engine] of engines) {
        await startThreads(engine);
        expectSameBits(trainedWeights(engine, cell, lengths), expected, `${threads} threads`);
      }
    });
  });

  it("give losses, normalisation, sums and what is scattered the bytes of one thread", async () => {
    const expected = writtenByKernels(new WasmEngine({ threads: 1 }));
    for (const [threads, engine] of engines) {
      await startThreads(engine);
      const written = step(engine, () => writtenByKernels(engine));
      for (const [name, values] of Object.entries(expected)) {
        expectSameBits(written[name]!, values, `${name}, ${threads} threads`);
      }
    }
  });

  it("give a product of strips the bytes of one thread, and share one transposed A where they share its rows", async () => {
    const k = 600;
    const run = (engine: WasmEngine, m: number, n: number) => {
      const [a, b, c] = [k * m, k * n, m * n].map((count) => {
        const offset = engine.arena.allocate(count);
        const values = new Float32Array(count);
        new Random(5, "product").fillUniform(values, -1, 1);
        engine.write(offset, values);
        return offset;
      }) as [number, number, number];
      const allocate = vi.spyOn(engine.arena, "allocate");
      engine.run(product, { m, n, k, a, lda: m, transposedA: true, b, ldb: n, c, ldc: n, s: c, lds: n });
      const allocated = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
      allocate.mockRestore();
      return { allocated, c: engine.read(c, m * n) };
    };
    for (const [m, n] of [
      [2100, 130],
      [130, 2100],
    ] as const) {
      const alone = run(new WasmEngine({ threads: 1 }), m, n);
      for (const [threads, engine] of engines) {
        await startThreads(engine);
        const shared = step(engine, () => run(engine, m, n));
        expectSameBits(shared.c, alone.c, `${m} x ${n}, ${threads} threads`);
        // A has 1.7 million floats where its rows are shared: a thread more takes a few columns of B alone
        if (m > n) expect(shared.allocated - alone.allocated).toBeLessThan(threads * 20_000);
      }
    }
  });

  it("brings what goes wrong in a thread to the caller, and works on", async () => {
    const engine = engines.get(2)!;
    await startThreads(engine);
    const [rows, n] = [4096, 512];
    const table = engine.heap.allocate(n);
    const indices = engine.heap.allocate(rows);
    const to = engine.heap.allocate(rows * n);
    engine.writeIndices(indices, new Int32Array(rows));
    // the last rows are another thread's share: its look-up leaves the memory
    engine.writeIndices(indices + rows - 1, [2 ** 20]);
    const look = (): void => engine.gather(rows, n, table, n, indices, engine.zeros(n), to, n);
    expect(look).toThrow(
      expect.objectContaining({ code: "internal", message: expect.stringMatching(/out of bounds/) }),
    );
    engine.writeIndices(indices + rows - 1, [0]);
    engine.fill(table, n, 7);
    look();
    expect(engine.read(to + (rows - 1) * n, n)).toEqual(new Float32Array(n).fill(7));
  });

  it("end when they are closed, and start anew with new work", async () => {
    const engine = engines.get(3)!;
    await startThreads(engine);
    engine.close();
    expect(engine.runningThreads).toBe(1);
    await startThreads(engine);
    expect(engine.runningThreads).toBe(3);
  });

  it("give their memory back when they have ended and others take their place", async () => {
    const engine = engines.get(3)!;
    await startThreads(engine);
    const { used } = engine.heap;
    for (let again = 0; again < 2; again++) {
      engine.close();
      await startThreads(engine);
      expect(engine.heap.used).toBe(used);
    }
  });

  it("end by themselves when there is no work for two seconds", async () => {
    const engine = engines.get(2)!;
    await startThreads(engine);
    await expect.poll(() => engine.runningThreads, { timeout: 10_000 }).toBe(1);
  });

  it("keep no process alive", async () => {
    const built = (file: string): string => JSON.stringify(new URL(`../../../dist/engine/${file}`, import.meta.url));
    const program = `
      import { defaultEngine } from ${built("default-engine.js")};
      import { product } from ${built("product.js")};
      const engine = defaultEngine();
      engine.threads = 2;
      const at = engine.heap.allocate(256 * 256);
      const step = () => {
        engine.run(product, { m: 256, n: 256, k: 256, a: at, lda: 256, b: at, ldb: 256, c: at, ldc: 256, s: at, lds: 256 });
        if (engine.runningThreads < 2) setTimeout(step, 1);
        else console.log(Date.now());
      };
      step();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
    expect(Date.now() - Number(stdout)).toBeLessThan(1500);
  });

  it("are not there without shared memory, and the bytes are the same", () => {
    const expected = trainedWeights(engines.get(2)!, gru(), LENGTHS["equal lengths"]);
    vi.stubGlobal("SharedArrayBuffer", undefined);
    try {
      const engine = new WasmEngine({ threads: 2 });
      for (let i = 0; i < 20; i++) {
        const actual = trainedWeights(engine, gru(), LENGTHS["equal lengths"]);
        expectSameBits(actual, expected, "without shared memory");
      }
      expect(engine.runningThreads).toBe(1);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("rest after work that they gained nothing at, and share it again where they gained", async () => {
    const engine = new WasmEngine({ threads: 2 });
    await startThreads(engine);
    // beyond any rest that was earned so far
    let now = performance.now() + 10_000;
    let times: number[] = [];
    const clock = vi.spyOn(performance, "now").mockImplementation(() => times.shift() ?? now);
    const sharesOf = (ownMs: number, totalMs: number): number => {
      let got = 0;
      times = [now, now + ownMs, now + totalMs];
      engine.concurrently(1e9, 2, 1, (_, shares) => {
        got = shares;
      });
      now += totalMs;
      return got;
    };
    try {
      expect(sharesOf(1000, 1000)).toBe(2);
      expect(sharesOf(500, 1000)).toBe(2);
      expect(sharesOf(100, 100)).toBe(1);
      now += 100;
      expect(sharesOf(1000, 1000)).toBe(2);
    } finally {
      clock.mockRestore();
      engine.close();
    }
  });

  it("take no memory before there is work for some milliseconds", async () => {
    const engine = new WasmEngine({ threads: 2, alwaysShare: true });
    await engine.prepareThreads();
    const [size, at] = [64, engine.heap.allocate(64 * 64)];
    const multiply = (): void => {
      const ld = { lda: size, ldb: size, ldc: size, lds: size };
      engine.run(product, { m: size, n: size, k: 2 * size, a: at, b: at, c: at, s: at, ...ld, lda: 0, ldb: 0 });
    };
    const { used } = engine.heap;
    for (let i = 0; i < 10; i++) multiply();
    expect(engine.heap.used).toBe(used);
    for (let i = 0; i < 1000; i++) multiply();
    expect(engine.heap.used).toBeGreaterThan(used);
    engine.close();
  });

  it("are not started by small work", () => {
    const engine = new WasmEngine({ threads: 2 });
    trainedWeights(engine, gru(), [5, 4, 3]);
    expect(engine.runningThreads).toBe(1);
  });
});
