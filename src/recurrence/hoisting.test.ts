import { describe, expect, it } from "vitest";
import { testCell } from "../../test/conformance/cell-conformance.ts";
import { add, exp, mul, relu, sigmoid, tanh } from "../expression/expression.ts";
import { planBackward } from "./backward.ts";
import { compileCell } from "./compiled-cell.ts";
import { type Cell, defineCell } from "./define-cell.ts";

/** tanh(Wc relu(We x) + Wa a): the inner affine and its relu see x alone. */
const deepInput = defineCell({
  name: "deepInput",
  states: ["a"],
  step: ({ x, a }, { affine }) => ({ a: tanh(affine("a", a, relu(affine("e", x)))) }),
});

/** Two affines of x above each other, the lower one used in the step too. */
const shared = defineCell({
  name: "shared",
  states: ["a"],
  step({ x, a }, { affine, vector }) {
    const e = tanh(affine("e", x));
    const d = sigmoid(affine("d", e));
    const scaled = mul(vector("scale", { initial: 0.5 }), e);
    return { a: tanh(add(mul(d, affine("a", a)), add(scaled, affine("z", scaled)))) };
  },
});

/** The norm of an affine of x, inside the step's gate and below an affine. */
const normed = defineCell({
  name: "normed",
  states: ["a"],
  step({ x, a }, { affine, layerNorm }) {
    const n = layerNorm("n", affine("n", x));
    return { a: tanh(add(affine("a", a, n), mul(sigmoid(n), a))) };
  },
});

/** x itself, element by element, below an affine and in the step. */
const plainInput = defineCell({
  name: "plainInput",
  states: { a: "hidden" },
  step({ x, a }, { affine }) {
    const bounded = tanh(mul(x, 0.5));
    return { a: tanh(add(affine("a", a, bounded), affine("g", exp(mul(bounded, bounded))))) };
  },
});

testCell("an affine of a relu of an affine of x", deepInput, { kinks: true });
testCell("values of x used before the loop and in it", shared);
testCell("a layer norm of x", normed);
testCell("x used element by element below an affine", plainInput, { oneHot: false });

/** Kernels in the time loop, by kind. */
function loopKernels(cell: Cell): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kernel of compileCell(cell, 4, 6).forward.kernels) counts[kernel.kind] = (counts[kernel.kind] ?? 0) + 1;
  return counts;
}

describe("what depends on x alone leaves the time loop", () => {
  it.each([
    ["deepInput", deepInput],
    ["shared", shared],
    ["normed", normed],
    ["plainInput", plainInput],
  ])("%s takes one product and one pass a step, and no norm", (_, cell) => {
    expect(loopKernels(cell)).toEqual({ product: 1, segment: 1 });
  });

  it("the gradients of what left the loop wait until the backward loop is done", () => {
    const backward = planBackward(compileCell(deepInput, 4, 6).forward);
    expect(backward.kernels.filter((kernel) => kernel.kind === "product")).toHaveLength(1);
    expect(backward.afterLoop.filter((kernel) => kernel.kind === "product")).toHaveLength(1);
  });

  it("the built-in cells leave nothing to do after the loop", () => {
    const plain = defineCell({
      name: "plain",
      states: ["a"],
      step: ({ x, a }, { affine }) => ({ a: tanh(affine("a", a, x)) }),
    });
    const { forward } = compileCell(plain, 4, 6);
    const backward = planBackward(forward);
    expect([...forward.beforeLoop, ...backward.afterLoop]).toEqual([]);
  });
});
