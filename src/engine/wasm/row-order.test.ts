import { beforeEach, describe, it } from "vitest";
import { place, placeIndices, SIZES } from "../../../test/conformance/engine-conformance.ts";
import { expectSameBits, numbers } from "../../../test/conformance/numbers.ts";
import { argumentsOf } from "../../../test/conformance/segment-conformance.ts";
import { BINARY, type BinaryOp, UNARY, type UnaryOp } from "../../expression/expression.ts";
import type { SegmentSpec, SegmentStep } from "../../expression/segment.ts";
import { columnSums } from "../column-sums.ts";
import { crossEntropy } from "../cross-entropy.ts";
import { crossEntropyGradient } from "../cross-entropy-gradient.ts";
import { normalize } from "../normalize.ts";
import { normalizeGradient } from "../normalize-gradient.ts";
import { scatterAdd } from "../scatter-add.ts";
import { softmax } from "../softmax.ts";
import { WasmEngine } from "./wasm-engine.ts";

const engine = new WasmEngine();
beforeEach(() => engine.arena.reset());

describe("the order of sums", () => {
  it("of columns is by rows in blocks of 256 from zero, each block then added to what was there", () => {
    for (const n of SIZES) {
      for (const rows of [5, 256, 300, 700]) {
        const [x, begin] = [numbers(rows * n, 1), numbers(n, 2)];
        const expected = begin.slice();
        for (let j = 0; j < n; j++) {
          for (let block = 0; block < rows; block += 256) {
            let sum = 0;
            for (let i = block; i < Math.min(rows, block + 256); i++) sum = Math.fround(sum + x[i * n + j]!);
            expected[j] = expected[j]! + sum;
          }
        }
        const to = place(engine, begin);
        engine.run(columnSums, rows, n, place(engine, x), n, to);
        expectSameBits(engine.read(to, n), expected, `${rows} x ${n}`);
      }
    }
  });

  it("of a row that is scattered to often is the order of the tokens", () => {
    for (const n of SIZES) {
      const tokens = [2, 0, 2, 2, 1, 2, 0];
      const [table, from] = [numbers(3 * n, 1), numbers(7 * n, 2)];
      const expected = table.slice();
      tokens.forEach((token, i) => {
        for (let j = 0; j < n; j++) expected[token * n + j] = expected[token * n + j]! + from[i * n + j]!;
      });
      const to = place(engine, table);
      engine.run(scatterAdd, 7, n, to, n, placeIndices(engine, tokens), place(engine, from), n);
      expectSameBits(engine.read(to, 3 * n), expected, `${n} columns`);
    }
  });
});

describe("a row among others", () => {
  it("has the bits it has alone: soft-max, cross-entropy and its gradient, normalisation and its gradient", () => {
    const rows = 5;
    for (const n of SIZES) {
      const [x, g] = [numbers(rows * n, 1), numbers(rows * n, 2)];
      const run = (first: number, count: number): Record<string, Float32Array> => {
        const part = x.slice(first * n, (first + count) * n);
        const [scores, soft, dx, xHat] = [part, part, part, part].map((values) => place(engine, values));
        const targets = placeIndices(engine, new Int32Array(count).fill(n - 1));
        const [kept, loss, r] = [2, 1, 1].map((size) => engine.arena.allocate(size * count));
        const factors = place(engine, g.slice(first, first + count));
        engine.run(softmax, count, n, scores!, soft!);
        engine.run(crossEntropy, count, n, scores!, targets, kept!, loss!);
        engine.run(crossEntropyGradient, count, n, scores!, targets, kept!, factors, dx!);
        engine.run(normalize, count, n, xHat!, n, r!, 1e-3);
        const dxHat = place(engine, g.slice(first * n, (first + count) * n));
        engine.run(normalizeGradient, count, n, xHat!, n, r!, dxHat, n, dxHat, n);
        const read = (offset: number | undefined, size: number): Float32Array => engine.read(offset!, size * count);
        return {
          soft: read(soft, n),
          loss: read(loss, 1),
          dx: read(dx, n),
          xHat: read(xHat, n),
          r: read(r, 1),
          dxHat: read(dxHat, n),
        };
      };
      const together = run(0, rows);
      for (let row = 0; row < rows; row++) {
        for (const [name, alone] of Object.entries(run(row, 1))) {
          const size = alone.length;
          expectSameBits(alone, together[name]!.slice(row * size, (row + 1) * size), `${name}, row ${row} of ${n}`);
        }
      }
    }
  });

  it("has the bits of each unit that the unit has alone, in every element-wise operation", () => {
    const count = 33;
    for (const op of [...UNARY, ...BINARY]) {
      const step: SegmentStep = (BINARY as readonly string[]).includes(op)
        ? { op: op as BinaryOp, a: 0, b: 1 }
        : { op: op as UnaryOp, a: 0 };
      const spec = (width: number | "flat"): SegmentSpec => ({
        width,
        strides: width === "flat" ? [0, 0, 0] : [width, width, width],
        steps: [
          { op: "load", operand: 0, column: 0 },
          { op: "load", operand: 1, column: 0 },
          step,
          { op: "store", operand: 2, column: 0, a: 2 },
        ],
      });
      const [a, b] = [place(engine, argumentsOf(op, count, 1)), place(engine, argumentsOf("log", count, 2))];
      const to = engine.arena.allocate(count);
      engine.segment(spec("flat"))(count, [a, b, to]);
      const whole = engine.read(to, count);
      const single = engine.segment(spec("flat"));
      for (let i = 0; i < count; i++) {
        single(1, [a + i, b + i, to]);
        expectSameBits(engine.read(to, 1), whole.slice(i, i + 1), `${op}, unit ${i}`);
      }
      for (const width of [1, 3, 11, count]) {
        engine.fill(to, count, 0);
        engine.segment(spec(width))(count / width, [a, b, to]);
        expectSameBits(engine.read(to, count), whole, `${op}, rows of ${width}`);
      }
    }
  });

  it.each([3, 4])("changes no bit with where a unit stands, beside others or alone: %i functions", (functions) => {
    const width = 61;
    const gates = ["sigmoid", "tanh", "exp", "softplus"].slice(0, functions) as UnaryOp[];
    const spec = (units: number): SegmentSpec => ({
      width: units,
      strides: [1, 1],
      steps: [
        { op: "load", operand: 0, column: 0 },
        ...gates.map((op, i): SegmentStep => ({ op, a: i })),
        { op: "store", operand: 1, column: 0, a: functions },
      ],
    });
    const from = place(engine, numbers(width, 1));
    const to = engine.arena.allocate(width);
    engine.segment(spec(width))(1, [from, to]);
    const whole = engine.read(to, width);
    engine.fill(to, width, 0);
    engine.segment(spec(1))(width, [from, to]);
    expectSameBits(engine.read(to, width), whole, `${functions} functions`);
  });
});
