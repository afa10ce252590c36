import { describe, expect, it } from "vitest";
import { BINARY, type BinaryOp, UNARY, type UnaryOp } from "../../src/expression/expression.ts";
import type { SegmentSpec, SegmentStep } from "../../src/expression/segment.ts";
import { type Compare, place, SIZES } from "./engine-conformance.ts";
import { numbers } from "./numbers.ts";

/** Numbers within the domain of an operation, with what is special to it among them. */
export function argumentsOf(op: UnaryOp | BinaryOp, count: number, seed: number): Float32Array {
  const values = numbers(count, seed).map((v) => 3 * v);
  if (op === "log" || op === "sqrt") return values.map((v) => Math.abs(v) + 0.01);
  if (op === "flush") return values.map((v, i) => (i % 3 === 0 ? v * 1e-31 : i % 3 === 1 ? v : -1e-29));
  if (op === "positive" || op === "relu" || op === "abs") return values.map((v, i) => (i % 5 === 0 ? 0 : v));
  return values;
}

/** Operands: a [rows, width] with its columns from 2 on, v (one row for all), one scalar, the result. */
function everyOperand(op: UnaryOp | BinaryOp, width: number | "flat"): SegmentSpec {
  const w = width === "flat" ? 0 : width;
  const column = width === "flat" ? 0 : 2;
  const operation: SegmentStep = (BINARY as readonly string[]).includes(op)
    ? { op: op as BinaryOp, a: 0, b: 1 }
    : { op: op as UnaryOp, a: 0 };
  return {
    width,
    strides: [w + 5, 0, 0, w + 1],
    steps: [
      { op: "load", operand: 0, column },
      { op: "load", operand: 1, column: 0 },
      operation,
      { op: "scalar", operand: 2 },
      { op: "constant", value: 0.25 },
      { op: "mul", a: 2, b: 3 },
      { op: "mul", a: 5, b: 1 },
      { op: "add", a: 6, b: 4 },
      { op: "store", operand: 3, column: 0, a: 7 },
      { op: "store", operand: 0, column, a: 2 },
    ],
  };
}

/** Declares the tests of `segment`. */
export function testSegments(compare: Compare): void {
  describe("the element-wise segment", () => {
    for (const op of [...UNARY, ...BINARY]) {
      it(`computes ${op} flat, in place and elsewhere, for every tail`, () => {
        const spec = everyOperand(op, "flat");
        for (const count of [0, ...SIZES]) {
          compare(`${op} of ${count}`, (e) => {
            const a = place(e, argumentsOf(op, count + 8, 1));
            const v = place(e, argumentsOf("log", count + 8, 2));
            const s = place(e, [1.5]);
            const to = place(e, numbers(count + 8, 3));
            e.segment(spec)(count, [a, v, s, to]);
            return { inPlace: e.read(a, count + 8), result: e.read(to, count + 8) };
          });
        }
      });

      it(`computes ${op} row by row, by column offset and stride, with a vector and a scalar for all rows`, () => {
        for (const width of SIZES) {
          for (const rows of [0, 1, 3]) {
            compare(`${op} of ${rows} x ${width}`, (e) => {
              const a = place(e, argumentsOf(op, rows * (width + 5) + 8, 1));
              const v = place(e, argumentsOf("log", width, 2));
              const s = place(e, [-2]);
              const to = place(e, numbers(rows * (width + 1) + 8, 3));
              e.segment(everyOperand(op, width))(rows, [a, v, s, to]);
              return {
                inPlace: e.read(a, rows * (width + 5) + 8),
                vector: e.read(v, width),
                result: e.read(to, rows * (width + 1) + 8),
              };
            });
          }
        }
      });
    }

    it.each([
      ["a", 9],
      ["tanh a", 13],
    ])("lets the neighbours of one row be gates, loaded, combined and overwritten: %s", (_, result) => {
      for (const width of SIZES) {
        const spec: SegmentSpec = {
          width,
          strides: [3 * width, width],
          steps: [
            { op: "load", operand: 0, column: 0 },
            { op: "load", operand: 0, column: width },
            { op: "load", operand: 0, column: 2 * width },
            { op: "load", operand: 1, column: 0 },
            { op: "sigmoid", a: 0 },
            { op: "sigmoid", a: 1 },
            { op: "tanh", a: 2 },
            { op: "mul", a: 4, b: 6 },
            { op: "mul", a: 5, b: 3 },
            { op: "add", a: 7, b: 8 },
            { op: "store", operand: 0, column: 0, a: 4 },
            { op: "store", operand: 0, column: width, a: 5 },
            { op: "store", operand: 0, column: 2 * width, a: 6 },
            { op: "tanh", a: 9 },
            { op: "store", operand: 1, column: 0, a: result },
          ],
        };
        compare(`gates of ${width}`, (e) => {
          const gates = place(e, numbers(4 * 3 * width, 1));
          const c = place(e, numbers(4 * width, 2));
          e.segment(spec)(4, [gates, c]);
          return { gates: e.read(gates, 4 * 3 * width), c: e.read(c, 4 * width) };
        });
      }
    });

    it("takes one place as two operands, and a value that two steps use", () => {
      const spec: SegmentSpec = {
        width: "flat",
        strides: [0, 0, 0],
        steps: [
          { op: "load", operand: 0, column: 0 },
          { op: "load", operand: 1, column: 0 },
          { op: "mul", a: 0, b: 0 },
          { op: "sub", a: 2, b: 1 },
          { op: "add", a: 3, b: 2 },
          { op: "store", operand: 2, column: 0, a: 4 },
        ],
      };
      compare("x² - x + x²", (e) => {
        const x = place(e, numbers(13, 1));
        e.segment(spec)(13, [x, x, x]);
        return { x: e.read(x, 13) };
      });
    });

    it("keeps apart programs that differ in a constant alone, infinities and -0 included", () => {
      const values = [1, -1, 0, -0, 1e-30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      compare("constants", (e) => {
        const seen: Record<string, number[]> = {};
        for (const value of values) {
          const to = place(e, [5, 5, 5, 5, 5]);
          e.segment({
            width: "flat",
            strides: [0],
            steps: [
              { op: "constant", value },
              { op: "store", operand: 0, column: 0, a: 0 },
            ],
          })(5, [to]);
          const shown = Array.from(e.read(to, 5), (v) => (Object.is(v, Math.fround(value)) || v === value ? 1 : 0));
          if (Object.is(value, -0)) shown[0] = Object.is(e.read(to, 1)[0], -0) ? 1 : 0;
          seen[Object.is(value, -0) ? "-0" : String(value)] = shown;
          expect(shown, `${e.precision}, ${value}`).toEqual([1, 1, 1, 1, 1]);
        }
        return seen;
      });
    });
  });
}
