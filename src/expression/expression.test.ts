import { describe, expect, it } from "vitest";
import { compileElementwise } from "./elementwise-program.ts";
import { add, constant, type Expression, leaf, mul, sub, tanh } from "./expression.ts";

const x = leaf({ kind: "x" }, 4, "x");
const y = leaf({ kind: "y" }, 3, "y");

describe("an expression", () => {
  it("has the size of its arguments, and a constant fits each", () => {
    expect(tanh(add(x, 1)).size).toBe(4);
    expect(sub(1, y).size).toBe(3);
    expect(add(1, 2).size).toBe(0);
    expect(constant(2).size).toBe(0);
  });

  it("is written as it was called, for messages", () => {
    expect(mul(tanh(x), sub(1, x)).text).toBe("mul(tanh(x), sub(1, x))");
  });

  it("refuses two values of unequal size, and shows both", () => {
    expect(() => add(tanh(x), y)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: add(tanh(x), y): expected two values of equal size, got sizes 4 and 3. tanh(x) has 4 units, y has 3: give an affine the size with { size: … }.]`,
    );
  });

  it("refuses what is neither an expression nor a number, and names the operation", () => {
    expect(() => tanh("x" as unknown as Expression)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: tanh: expected an expression or a number, got x. A step computes with x, the states and the functions of recurra, such as add, mul and tanh.]`,
    );
    for (const wrong of [undefined, null, {}, [1], true]) {
      expect(() => add(x, wrong as unknown as Expression)).toThrow(/^add: expected an expression or a number/);
    }
  });
});

describe("compileElementwise", () => {
  it("refuses a formula that returns no expression of its arguments", () => {
    expect(() => compileElementwise(() => constant(1), 1)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: elementwise: expected a formula that returns an expression of its arguments, got 1.]`,
    );
    expect(() => compileElementwise(() => undefined as unknown as Expression, 1)).toThrow(/got undefined/);
    expect(() => compileElementwise(() => 3 as unknown as Expression, 1)).toThrow(/got 3/);
  });

  it("computes a shared part of the formula once", () => {
    const program = compileElementwise((a) => {
      const shared = tanh(a!);
      return mul(shared, shared);
    }, 1);
    expect(program.forward.steps.map((step) => step.op)).toEqual(["load", "tanh", "mul", "store"]);
  });
});
