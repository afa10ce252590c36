import { describe, expect, it } from "vitest";
import { numbers } from "../../test/conformance/numbers.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { compileElementwise, type ElementwiseProgram } from "./elementwise-program.ts";
import * as ops from "./expression.ts";
import { GRADIENT_FROM_RESULT, gradientOf } from "./gradient.ts";

const { abs, add, div, exp, flush, log, max, min, mul, neg, positive, relu, sigmoid, softplus, sqrt, sub, tanh } = ops;
const engine = new ReferenceEngine();

type Formula = (...values: ops.Expression[]) => ops.Expression;

function place(values: ArrayLike<number>): number {
  const offset = engine.arena.allocate(values.length);
  engine.write(offset, values);
  return offset;
}

function forward(program: ElementwiseProgram, inputs: readonly Float64Array[]): Float64Array {
  const count = inputs[0]!.length;
  const to = engine.arena.allocate(count);
  engine.segment(program.forward)(count, [...inputs.map(place), to]);
  return engine.read(to, count);
}

/** The gradient of Σ g ⊙ formula by one argument, added to zeros. */
function backward(
  program: ElementwiseProgram,
  inputs: readonly Float64Array[],
  g: Float64Array,
  i: number,
): Float64Array {
  const own = place(new Float64Array(g.length));
  engine.segment(program.backward[i]!)(g.length, [...inputs.map(place), place(g), own]);
  return engine.read(own, g.length);
}

/** ‖g - ĝ‖ / (‖g‖ + ‖ĝ‖) with ĝ by central differences of 1e-5, for each argument; 0 where both are zero. */
function errorsOf(formula: Formula, inputs: readonly Float64Array[]): number[] {
  const program = compileElementwise(formula, inputs.length);
  const g = Float64Array.from(numbers(inputs[0]!.length, 99));
  const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return inputs.map((input, i) => {
    engine.arena.reset();
    const moved = (shift: number): Float64Array =>
      forward(
        program,
        inputs.map((other, j) => (j === i ? input.map((v) => v + shift) : other)),
      );
    const [up, down] = [moved(1e-5), moved(-1e-5)];
    const numerical = g.map((value, j) => (value * (up[j]! - down[j]!)) / 2e-5);
    const analytic = backward(program, inputs, g, i);
    const scale = norm(analytic) + norm(numerical);
    return scale === 0 ? 0 : norm(analytic.map((v, j) => v - numerical[j]!)) / scale;
  });
}

/** Numbers of magnitude 0.05 to 3, both signs: no operation has a kink there. */
const signed = (seed: number): Float64Array =>
  Float64Array.from(numbers(50, seed), (v) => Math.sign(v) * (0.05 + 2.95 * Math.abs(v)));
const above = (seed: number): Float64Array => signed(seed).map(Math.abs);

const UNARY: Record<ops.UnaryOp, Formula> = {
  neg: (x) => neg(x!),
  tanh: (x) => tanh(x!),
  sigmoid: (x) => sigmoid(x!),
  relu: (x) => relu(x!),
  exp: (x) => exp(x!),
  log: (x) => log(x!),
  softplus: (x) => softplus(x!),
  sqrt: (x) => sqrt(x!),
  abs: (x) => abs(x!),
  positive: (x) => positive(x!),
  flush: (x) => flush(x!),
};
const BINARY: Record<ops.BinaryOp, Formula> = {
  add: (a, b) => add(a!, b!),
  sub: (a, b) => sub(a!, b!),
  mul: (a, b) => mul(a!, b!),
  div: (a, b) => div(a!, b!),
  max: (a, b) => max(a!, b!),
  min: (a, b) => min(a!, b!),
};

describe("the gradient rules", () => {
  for (const op of ops.UNARY) {
    it(`differentiate ${op} as central differences do`, () => {
      const x = op === "log" || op === "sqrt" ? above(1) : signed(1);
      const [error] = errorsOf(UNARY[op], [x]);
      expect(error).toBeLessThan(1e-7);
    });
  }

  for (const op of ops.BINARY) {
    it(`differentiate ${op} by both arguments as central differences do`, () => {
      const a = signed(1);
      // nowhere nearer to a than 0.04: max and min have a kink at equality
      const b = signed(2).map((v, i) => (Math.abs(v - a[i]!) < 0.04 ? v + 0.08 : v));
      for (const error of errorsOf(BINARY[op], [a, b])) expect(error).toBeLessThan(1e-7);
    });
  }

  it("are told from wrong ones by the check: the gradient of x² is not x", () => {
    const program = compileElementwise((x) => mul(x!, x!), 1);
    const x = signed(1);
    const ones = x.map(() => 1);
    expect(Array.from(backward(program, [x], ones, 0))).toEqual(Array.from(x, (v) => v + v));
    expect(errorsOf((a) => mul(positive(add(a!, 100)), a!), [x])[0]).toBeLessThan(1e-7);
    expect(errorsOf((a) => mul(a!, add(mul(positive(a!), 3), a!)), [x])[0]).toBeLessThan(1e-7);
  });

  it("add where an argument is used more than once, and leave 0 where it is not used", () => {
    const formula: Formula = (a, b) => {
      const gate = sigmoid(add(mul(a!, b!), tanh(a!)));
      return add(mul(gate, a!), mul(sub(1, gate), exp(mul(b!, 0.3))));
    };
    for (const error of errorsOf(formula, [signed(1), signed(2)])) expect(error).toBeLessThan(1e-7);
    const program = compileElementwise((a) => neg(a!), 2);
    expect(Array.from(backward(program, [above(1), above(2)], above(3), 1))).toEqual(new Array(50).fill(0));
  });

  it("hold for a formula that is its argument", () => {
    expect(errorsOf((a) => a!, [signed(1)])[0]).toBeLessThan(1e-7);
  });

  it("give the gradient of max and min to the first where both are equal, and 0 at the kink of relu and of |x|", () => {
    const [ones, zeros] = [Float64Array.of(1, 1), Float64Array.of(0, 0)];
    for (const formula of [BINARY.max, BINARY.min]) {
      const program = compileElementwise(formula, 2);
      expect(Array.from(backward(program, [ones, ones], ones, 0))).toEqual([1, 1]);
      expect(Array.from(backward(program, [ones, ones], ones, 1))).toEqual([0, 0]);
    }
    for (const formula of [UNARY.relu, UNARY.abs]) {
      expect(Array.from(backward(compileElementwise(formula, 1), [zeros], ones, 0))).toEqual([0, 0]);
    }
  });

  it("ask for the result alone where the result may stand in the argument's place", () => {
    for (const op of GRADIENT_FROM_RESULT) {
      const x = ops.leaf({ kind: "x" }, 1, "x");
      const y = UNARY[op as ops.UnaryOp](x);
      const asked: ops.Expression[] = [];
      gradientOf(y, ops.constant(1), (e) => {
        asked.push(e);
        return e;
      });
      expect(new Set(asked), op).toEqual(new Set([y]));
    }
  });
});
