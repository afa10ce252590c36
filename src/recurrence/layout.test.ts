import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { cellBatch } from "../../test/support/cell-batch.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { runCell, weightSizes } from "../../test/support/run-cell.ts";
import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { rnn } from "../cells/rnn.ts";
import { add, type Expression, mul, sigmoid, tanh } from "../expression/expression.ts";
import { type Cell, defineCell } from "./define-cell.ts";
import { layoutOf } from "./layout.ts";

/** a⟨t⟩ = tanh(Waa a⟨t-1⟩ + Wax x⟨t⟩ + ba), as the notes write it first. */
const separateRnn = defineCell({
  name: "separate rnn",
  states: ["a"],
  step: ({ a, x }, { affine }) => ({ a: tanh(add(affine("aa", a, { bias: false }), affine("ax", x))) }),
});

/** The LSTM with two matrices a gate; x comes first in some gates and the bias sits on either side. */
const separateLstm = defineCell({
  name: "separate lstm",
  states: ["a", "c"],
  step({ a, c, x }, { affine }) {
    const gate = (name: string, xFirst: boolean): Expression => {
      const ofX = affine(`${name}x`, x, { bias: xFirst });
      const ofA = affine(`${name}a`, a, { bias: !xFirst });
      return xFirst ? add(ofX, ofA) : add(ofA, ofX);
    };
    const cTilde = tanh(gate("c", false));
    const gammaU = sigmoid(gate("u", true));
    const gammaF = sigmoid(gate("f", false));
    const gammaO = sigmoid(gate("o", true));
    const cNext = add(mul(gammaU, cTilde), mul(gammaF, c));
    return { a: mul(gammaO, tanh(cNext)), c: cNext };
  },
});

/** The separate name of a joined weight: c.weight_a is ca.weight_a, c.bias the one of whichever part has a bias. */
function separateName(joined: string, names: readonly string[]): string {
  const [gate, part] = joined.split(".") as [string, string];
  if (part === "bias") return names.find((name) => name.startsWith(gate) && name.endsWith(".bias"))!;
  return `${gate}${part.at(-1)}.${part}`;
}

describe.each(ENGINES)("in %s", (_, engine) => {
  const FORMS: [string, Cell, Cell][] = [
    ["rnn", rnn(), separateRnn],
    ["lstm", lstm(), separateLstm],
  ];
  const SIZES: [number, number, number[]][] = [
    [5, 4, [3, 0, 2]],
    [270, 3, [2, 1]],
  ];
  const cases = FORMS.flatMap(([name, joined, separate]) =>
    SIZES.map(([na, nx, lengths]) => ({ name, joined, separate, na, nx, lengths })),
  );
  it.each(cases)("$name with Waa and Wax has the bits and gradients of Wa [a, x]: na $na", (form) => {
    const { nx, na, lengths } = form;
    const run = cellBatch(form.joined, { nx, na, lengths, seed: 3 });
    const joined = runCell(engine, run);
    const names = Object.keys(weightSizes(form.separate, nx, na));
    const weights = Object.fromEntries(
      Object.entries(run.weights).map(([name, values]) => [separateName(name, names), values]),
    );
    const separate = runCell(engine, { ...run, cell: form.separate, weights });
    expectSameBits(separate.output, joined.output, "output");
    for (const [name, gradient] of Object.entries(joined.grads)) {
      const own = name === "x" || name.startsWith("initial ") ? name : separateName(name, names);
      expectSameBits(separate.grads[own]!, gradient, `gradient of ${name}`);
    }
    expect(Object.keys(separate.grads).length).toBe(Object.keys(joined.grads).length);
  });
});

describe("layoutOf", () => {
  const keysOf = (cell: Cell): string[][] =>
    layoutOf(cell.graph(4, 5)).weights.map((matrix) => [matrix.key, ...matrix.parts.map((part) => part.name)]);

  it("packs a sum of one biased affine and others into one gate", () => {
    const layout = layoutOf(separateLstm.graph(4, 5));
    expect(layout.columns).toBe(20);
    expect(layout.blocks.map((block) => block.terms.map((term) => term.weight))).toEqual(new Array(4).fill(["x", "a"]));
  });

  it("keeps two biased affines apart", () => {
    const cell = defineCell({
      name: "two biases",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: tanh(add(affine("p", a), affine("q", x))) }),
    });
    expect(layoutOf(cell.graph(4, 5)).columns).toBe(10);
  });

  it("keeps a sum apart when one of its affines is used elsewhere", () => {
    const cell = defineCell({
      name: "used elsewhere",
      states: ["a"],
      step({ a, x }, { affine }) {
        const p = affine("p", a, { bias: false });
        return { a: mul(tanh(add(p, affine("q", x))), p) };
      },
    });
    expect(layoutOf(cell.graph(4, 5)).columns).toBe(10);
  });

  it("names weights by affine and input, x before states before computed values", () => {
    expect(keysOf(gru({ reset: "before" }))).toEqual([
      ["x", "u.weight_x", "r.weight_x", "c.weight_x"],
      ["a", "u.weight_a", "r.weight_a"],
      ["a.2", "c.weight_a"],
    ]);
    expect(keysOf(lstm({ projection: 2 }))).toEqual([
      ["x", "o.weight_x", "u.weight_x", "c.weight_x", "f.weight_x"],
      ["a", "o.weight_a", "u.weight_a", "c.weight_a", "f.weight_a"],
      ["c", "p.weight_c"],
    ]);
  });
});
