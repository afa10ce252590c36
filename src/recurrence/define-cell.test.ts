import { describe, expect, it } from "vitest";
import { RecurraError } from "../core/errors.ts";
import { add, constant, type Expression, mul, tanh } from "../expression/expression.ts";
import { compileCell } from "./compiled-cell.ts";
import { type CellDefinition, defineCell } from "./define-cell.ts";
import type { CellTools, Step, StepValues } from "./trace.ts";

/** The message that a definition of the cell "mine" with the states a and c fails with. */
function messageOf(
  step: Step<"a" | "c">,
  states: { a: number | "hidden"; c: number | "hidden" } | undefined = undefined,
): string {
  try {
    defineCell({ name: "mine", states: states ?? { a: "hidden", c: "hidden" }, step });
  } catch (error) {
    if (error instanceof RecurraError) return `${error.code} | ${error.message}`;
    throw error;
  }
  return expect.fail("the definition was accepted");
}

/** Returns what is no such state's value, as a caller without types may. */
function untyped(value: unknown): Record<"a" | "c", Expression> {
  return value as Record<"a" | "c", Expression>;
}

describe("a definition is refused, with the cell's name and the expression, when", () => {
  it("step returns an unknown state", () => {
    expect(messageOf(({ a, c }) => untyped({ a: tanh(a), c: tanh(c), d: tanh(a) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", the value returned by step: expected { a, c }, got { a, c, d }. "d" is no state of this cell."`,
    );
  });

  it("step leaves a state out", () => {
    expect(messageOf(({ a }) => untyped({ a: tanh(a) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", the value returned by step: expected { a, c }, got { a }. "c" has no new value."`,
    );
  });

  it("step returns nothing", () => {
    expect(messageOf(() => untyped(undefined))).toMatchInlineSnapshot(
      `"shape | cell "mine", the value returned by step: expected { a, c }, got undefined. "a" has no new value."`,
    );
  });

  it("a state never changes", () => {
    expect(messageOf(({ a, c }) => ({ a, c: add(a, c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", state "a": expected a new value at each step, got a itself. A state that never changes is no state: take it out, or compute its next value."`,
    );
  });

  it("a next state has another size than the state", () => {
    const step: Step<"a" | "c"> = ({ a, c }, { affine }) => ({ a: tanh(affine("s", a, { size: 2 })), c: tanh(c) });
    expect(messageOf(step)).toMatchInlineSnapshot(
      `"shape | cell "mine", a = tanh(affine("s", a)): expected 5 units, the size of state "a", got 2. Give the affine { size: … }, or the state its size in states."`,
    );
  });

  it("it multiplies values of unequal size", () => {
    const step: Step<"a" | "c"> = ({ a, c, x }, { affine }) => ({
      a: mul(a, affine("g", x, { size: 7 })),
      c: tanh(c),
    });
    expect(messageOf(step)).toMatchInlineSnapshot(
      `"shape | cell "mine", mul(a, affine("g", x)): expected two values of equal size, got sizes 5 and 7. a has 5 units, affine("g", x) has 7: give an affine the size with { size: … }."`,
    );
  });

  it("it adds x to a state of another size than every x", () => {
    const step: Step<"a" | "c"> = ({ a, c, x }) => ({ a: add(a, x), c: add(c, x) });
    expect(messageOf(step, { a: "hidden", c: 9 })).toMatchInlineSnapshot(
      `"shape | cell "mine", add(a, x): expected two values of equal size, got sizes 5 and 3. a has 5 units, x has 3: give an affine the size with { size: … }."`,
    );
  });

  it("one affine name has different inputs", () => {
    const step: Step<"a" | "c"> = ({ a, c, x }, { affine }) => ({ a: tanh(affine("s", a, x)), c: affine("s", c, x) });
    expect(messageOf(step)).toMatchInlineSnapshot(
      `"shape | cell "mine", affine("s", c, x): expected the inputs that "s" has already, affine("s", a, x), got other inputs. One name is one set of weights: give the second affine a name of its own."`,
    );
    const turned: Step<"a" | "c"> = ({ a, x }, { affine }) => ({ a: affine("s", a, x), c: affine("s", x, a) });
    expect(messageOf(turned)).toMatchInlineSnapshot(
      `"shape | cell "mine", affine("s", x, a): expected the inputs that "s" has already, affine("s", a, x), got other inputs. One name is one set of weights: give the second affine a name of its own."`,
    );
  });

  it("an affine has one input twice, none, or a constant", () => {
    expect(messageOf(({ a, c }, { affine }) => ({ a: affine("s", a, a), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", affine("s", a, a): expected different inputs, got the same input twice."`,
    );
    expect(messageOf(({ c }, { affine }) => ({ a: affine("s"), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", affine("s"): expected one or more inputs with units, got none. An affine maps x, a state or a value computed from them."`,
    );
    expect(messageOf(({ c }, { affine }) => ({ a: affine("s", constant(2)), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", affine("s", 2): expected one or more inputs with units, got a constant. An affine maps x, a state or a value computed from them."`,
    );
  });

  it("a next state is no expression", () => {
    expect(messageOf(({ c }) => untyped({ a: 3, c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", state "a": expected an expression of x and the states, got 3."`,
    );
    expect(messageOf(({ c }) => ({ a: constant(3), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", a = 3: expected 5 units, the size of state "a", got 0. Give the affine { size: … }, or the state its size in states."`,
    );
  });

  it("a function is given what is no expression", () => {
    expect(messageOf(({ a, c }) => ({ a: add(a, untyped({}).a), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", add: expected an expression or a number, got undefined. A step computes with x, the states and the functions of recurra, such as add, mul and tanh."`,
    );
    expect(messageOf(({ c }) => ({ a: tanh("a" as unknown as Expression), c: tanh(c) }))).toMatchInlineSnapshot(
      `"shape | cell "mine", tanh: expected an expression or a number, got a. A step computes with x, the states and the functions of recurra, such as add, mul and tanh."`,
    );
  });

  it("a dropout rate is out of range", () => {
    for (const rate of [-0.1, 1, 1.5, Number.NaN]) {
      const step: Step<"a" | "c"> = ({ a, c }, { dropout }) => ({ a: tanh(dropout("a", a, rate)), c: tanh(c) });
      expect(messageOf(step)).toBe(
        `option | cell "mine", dropout("a"): expected a rate from 0 to below 1, got ${rate}.`,
      );
    }
  });

  it("it has no states, or a state that is called x", () => {
    expect(() => defineCell({ name: "mine", states: [], step: () => ({}) })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: cell "mine", output: expected at least one state, got none.]`,
    );
    expect(() =>
      defineCell({ name: "mine", states: ["x"], step: ({ x }) => ({ x: tanh(x) }) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: cell "mine", state "x": expected a name other than x, which is the input, got "x".]`,
    );
  });

  it("the output is no state", () => {
    const output = "b" as "a";
    expect(() =>
      defineCell({ name: "mine", states: ["a", "c"], output, step: ({ a, c }) => ({ a: tanh(c), c: tanh(a) }) }),
    ).toThrowErrorMatchingInlineSnapshot(`[RecurraError: cell "mine", output: expected one of a, c, got "b".]`);
  });
});

describe("defineCell", () => {
  it("passes an error of the step's own on unchanged", () => {
    const own = new TypeError("mine alone");
    let caught: unknown;
    try {
      defineCell({
        name: "mine",
        states: ["a"],
        step: () => {
          throw own;
        },
      });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(own);
  });

  it("accepts a step that fits only where x is as large as a state, and refuses other sizes in graph", () => {
    const cell = defineCell({ name: "mine", states: ["a"], step: ({ a, x }) => ({ a: tanh(add(a, x)) }) });
    expect(cell.graph(6, 6).states[0]!.next.size).toBe(6);
    expect(() => cell.graph(2, 6)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: cell "mine", add(a, x): expected two values of equal size, got sizes 6 and 2. a has 6 units, x has 2: give an affine the size with { size: … }.]`,
    );
    const window = defineCell({
      name: "window",
      states: { a: "hidden", w: 4 },
      step: ({ a, x }) => ({ a: tanh(a), w: x }),
    });
    expect(window.graph(4, 6).states.map((state) => state.size)).toEqual([6, 4]);
  });

  it("outputs the first state, or the one named", () => {
    const step: Step<"a" | "c"> = ({ a, c }) => ({ a: tanh(c), c: tanh(a) });
    expect(defineCell({ name: "mine", states: ["a", "c"], step }).output).toBe("a");
    const named = defineCell({ name: "mine", states: { a: "hidden", c: 5 }, output: "c", step });
    expect([named.output, named.graph(2, 5).output.name]).toEqual(["c", "c"]);
  });

  it("gives one affine name with the same inputs one set of weights", () => {
    const cell = defineCell({
      name: "mine",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: mul(tanh(affine("s", a, x)), affine("s", a, x)) }),
    });
    const [tanhOf, again] = cell.graph(2, 5).states[0]!.next.args;
    expect(tanhOf!.args[0]).toBe(again);
  });
});

describe("one name in a step", () => {
  it("is one set of weights: the same affine again with other options is refused", () => {
    expect(() =>
      defineCell({
        name: "twice",
        states: ["a"],
        step: ({ x, a }, { affine }) => ({ a: add(affine("a", a, x), affine("a", a, x, { bias: false })) }),
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: cell "twice", affine("a", a, x): expected the options that "a" has already, affine("a", a, x), got other options. One name is one set of weights: give the second affine a name of its own.]`,
    );
  });

  it("is one mask of dropout, whatever it is laid over", () => {
    const cell = defineCell({
      name: "masked",
      states: ["a", "b"],
      step: ({ x, a, b }, { affine, dropout }) => ({
        a: affine("a", dropout("m", a, 0.5), x),
        b: affine("b", dropout("m", b, 0.5), x),
      }),
    });
    expect(compileCell(cell, 3, 4).forward.masks).toHaveLength(1);
  });
});

describe("the parts of a definition", () => {
  const right = {
    name: "own",
    states: ["a"],
    step: ({ x, a }: StepValues<"a">, { affine }: CellTools) => ({ a: tanh(affine("a", a, x)) }),
  };
  const define = (definition: unknown) => () => defineCell(definition as CellDefinition<"a">);

  it.each([
    [undefined, "defineCell: expected an object of options, got undefined."],
    [{ ...right, name: undefined }, "defineCell, name: expected a text, got undefined."],
    [{ ...right, states: undefined }, 'cell "own", states: expected names or sizes, got undefined.'],
    [{ ...right, states: "a" }, 'cell "own", states: expected names or sizes, got "a".'],
    [{ ...right, states: null }, 'cell "own", states: expected names or sizes, got null.'],
    [{ ...right, step: undefined }, 'cell "own", step: expected a function, got undefined.'],
    [
      { ...right, outptu: "a" },
      'defineCell: expected options of name, states, output, step, got "outptu". Did you mean output?',
    ],
  ])("are named where one is missing, unknown or of another kind: %#", (definition, message) => {
    expect(define(definition)).toThrow(message);
  });

  it("are as right where an affine has an option that there is not", () => {
    const step = ({ x, a }: StepValues<"a">, { affine }: CellTools) => ({
      a: affine("a", a, x, { bais: false } as never),
    });
    expect(define({ ...right, step })).toThrow(
      'cell "own", affine("a"): expected options of size, bias, got "bais". Did you mean bias?',
    );
  });
});
