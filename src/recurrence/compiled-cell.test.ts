/** Cells that nobody ships, of every shape the compiler must get right. */
import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, sigma } from "../../test/support/plain-equations.ts";
import {
  abs,
  add,
  div,
  exp,
  max,
  min,
  mul,
  neg,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  tanh,
} from "../expression/expression.ts";
import { defineCell } from "./define-cell.ts";

const EQUAL = [1, 3, 5, 17].map((n) => [n, n] as const).reverse();

testCell(
  "an affine of a computed state, two stages of products",
  defineCell({
    name: "deep transition",
    states: ["a"],
    step({ a, x }, { affine }) {
      const hidden = tanh(affine("h", a, x));
      return { a: tanh(affine("a", hidden)) };
    },
  }),
  {
    equations: (x, { a }, { affine }) => ({
      a: each(Math.tanh, affine("a", { value: each(Math.tanh, affine("h", { a: a!, x })) })),
    }),
  },
);

testCell(
  "three stages of products, the first value used in all",
  defineCell({
    name: "deeper transition",
    states: ["a"],
    step({ a, x }, { affine }) {
      const first = tanh(affine("h1", a, x));
      const second = sigmoid(affine("h2", first, x, { size: 7 }));
      return { a: tanh(add(affine("a", second, first), mul(first, a))) };
    },
  }),
);

testCell(
  "an affine of an affine",
  defineCell({
    name: "low rank",
    states: ["a"],
    step({ a, x }, { affine }) {
      return { a: tanh(affine("up", affine("down", a, { size: 2 }), x)) };
    },
  }),
);

testCell(
  "an affine of an affine that is used by itself too",
  defineCell({
    name: "shared down",
    states: ["a"],
    step({ a, x }, { affine }) {
      const down = affine("down", a, x);
      return { a: tanh(add(affine("up", down), mul(down, 0.5))) };
    },
  }),
);

testCell(
  "a chain of three affines of x",
  defineCell({
    name: "linear chain",
    states: ["a"],
    step({ a, x }, { affine }) {
      const chain = affine("three", affine("two", affine("one", x, { size: 3 }), { size: 2 }));
      return { a: tanh(add(chain, affine("a", a, { bias: false }))) };
    },
  }),
);

testCell(
  "an affine of a sum of affines",
  defineCell({
    name: "sum of affines",
    states: ["a"],
    step({ a, x }, { affine }) {
      const sum = add(affine("s1", a, { bias: false }), affine("s2", x));
      return { a: tanh(affine("up", sum)) };
    },
  }),
);

testCell(
  "an affine of an element-wise function of x alone",
  defineCell({
    name: "squashed input",
    states: ["a"],
    step: ({ a, x }, { affine }) => ({ a: tanh(affine("a", a, tanh(x))) }),
  }),
  { oneHot: false },
);

testCell(
  "an affine of an affine of x, beside one of the state",
  defineCell({
    name: "embedded input",
    states: ["a"],
    step: ({ a, x }, { affine }) => ({ a: tanh(affine("a", a, tanh(affine("e", x, { size: 3 })))) }),
  }),
);

testCell(
  "an affine of a trained vector",
  defineCell({
    name: "vector input",
    states: ["a"],
    step: ({ a, x }, { affine, vector }) => ({ a: tanh(add(affine("a", a, x), affine("v", vector("start")))) }),
  }),
);

testCell(
  "x element by element beside an affine of it",
  defineCell({
    name: "highway",
    states: ["a"],
    step({ a, x }, { affine }) {
      const carry = sigmoid(affine("t", a, x));
      return { a: add(mul(carry, tanh(add(x, a))), mul(sub(1, carry), x)) };
    },
  }),
  { sizes: EQUAL, oneHot: false },
);

testCell(
  "x element by element and nowhere else",
  defineCell({
    name: "leaky",
    states: { a: 5 },
    step: ({ a, x }, { affine, vector }) => ({
      a: add(
        mul(sigmoid(vector("leak", { size: 5 })), affine("pad", a, { size: 5 })),
        affine("in", tanh(x), { size: 5 }),
      ),
    }),
  }),
  { oneHot: false },
);

testCell(
  "a delay line: one state copies another, the last one x",
  defineCell({
    name: "delay line",
    states: { a: "hidden", b: "hidden", c: "hidden" },
    step: ({ a, b, c, x }, { affine }) => ({ a: tanh(affine("a", a, x, c)), b: a, c: b }),
  }),
);

testCell(
  "two states that change places",
  defineCell({
    name: "swap",
    states: ["a", "b"],
    output: "b",
    step: ({ a, b, x }, { affine }) => ({ a: add(b, affine("x", x)), b: a }),
  }),
);

testCell(
  "x kept as a state",
  defineCell({
    name: "window",
    states: { a: "hidden", previous: 4 },
    step({ a, previous, x }, { affine }) {
      const kept = affine("keep", x, { size: 4, bias: false });
      return { a: tanh(affine("a", a, x, previous)), previous: kept };
    },
  }),
);

testCell(
  "two states with the same next value",
  defineCell({
    name: "twins",
    states: ["a", "b"],
    step({ a, b, x }, { affine }) {
      const next = tanh(affine("a", a, b, x));
      return { a: next, b: next };
    },
  }),
);

testCell(
  "a next state that is an affine itself",
  defineCell({
    name: "linear",
    states: ["a"],
    step: ({ a, x }, { affine }) => ({ a: affine("a", a, x) }),
  }),
  { equations: (x, { a }, { affine }) => ({ a: affine("a", { a: a!, x }) }) },
);

testCell(
  "a next state that is an affine, and is read by another state",
  defineCell({
    name: "linear pair",
    states: ["a", "b"],
    step({ a, b, x }, { affine }) {
      const next = affine("a", a, x);
      return { a: next, b: tanh(add(mul(next, b), affine("b", next))) };
    },
  }),
);

testCell(
  "layer norm of the memory before it is shown",
  defineCell({
    name: "normed memory",
    states: ["a", "c"],
    step({ a, c, x }, { affine, layerNorm }) {
      const cNext = add(mul(sigmoid(affine("f", a, x)), c), tanh(affine("c", a, x)));
      return { a: mul(sigmoid(affine("o", a, x)), tanh(layerNorm("c", cNext))), c: cNext };
    },
  }),
  {
    equations: (x, states, { affine, norm }) => {
      const a = states.a!;
      const [f, o] = [each(sigma, affine("f", { a, x })), each(sigma, affine("o", { a, x }))];
      const c = each((gate, m, n) => gate * m + Math.tanh(n), f, states.c!, affine("c", { a, x }));
      return { a: each((gate, n) => gate * Math.tanh(n), o, norm("c", c)), c };
    },
  },
);

testCell(
  "layer norm of an affine that is used twice",
  defineCell({
    name: "normed twice",
    states: ["a"],
    step({ a, x }, { affine, layerNorm }) {
      const s = affine("a", a, x);
      return { a: mul(tanh(layerNorm("n", s)), sigmoid(s)) };
    },
  }),
  {
    equations: (x, { a }, { affine, norm }) => {
      const s = affine("a", { a: a!, x });
      return { a: each((n, value) => Math.tanh(n) * sigma(value), norm("n", s), s) };
    },
  },
);

testCell(
  "two layer norms of one value, and a norm of a norm",
  defineCell({
    name: "norms",
    states: ["a"],
    step({ a, x }, { affine, layerNorm }) {
      const s = affine("a", a, x);
      const one = layerNorm("one", s);
      return { a: tanh(add(layerNorm("deep", mul(one, sigmoid(one))), layerNorm("two", s))) };
    },
  }),
);

testCell(
  "layer norm of the state before, read by an affine",
  defineCell({
    name: "normed state",
    states: ["a"],
    step: ({ a, x }, { affine, layerNorm }) => ({ a: add(a, tanh(affine("a", layerNorm("in", a), x))) }),
  }),
);

testCell(
  "three states of different sizes",
  defineCell({
    name: "three sizes",
    states: { a: "hidden", b: 3, c: 6 },
    output: "b",
    step({ a, b, c, x }, { affine }) {
      const bNext = tanh(affine("b", c, a, { size: 3 }));
      const cNext = add(mul(0.5, c), affine("c", bNext, x, { size: 6 }));
      return { a: mul(sigmoid(affine("g", a, bNext, x)), a), b: add(b, bNext), c: cNext };
    },
  }),
);

testCell(
  "every element-wise function in one step",
  defineCell({
    name: "functions",
    states: ["a"],
    step({ a, x }, { affine }) {
      const p = affine("p", a, x);
      const q = affine("q", a, x);
      const r = affine("r", x);
      const positive = add(softplus(p), exp(mul(-1, abs(q))));
      const bounded = max(min(div(q, add(positive, 1)), 0.7), neg(add(0.9, relu(r))));
      return { a: add(mul(0.3, bounded), mul(tanh(r), sqrt(add(mul(p, p), 0.1)))) };
    },
  }),
  {
    kinks: true,
    equations: (x, states, { affine }) => {
      const a = states.a!;
      const next = (p: number, q: number, r: number): number => {
        const positive = Math.log1p(Math.exp(p)) + Math.exp(-Math.abs(q));
        const bounded = Math.max(Math.min(q / (positive + 1), 0.7), -(0.9 + Math.max(0, r)));
        return 0.3 * bounded + Math.tanh(r) * Math.sqrt(p * p + 0.1);
      };
      return { a: each(next, affine("p", { a, x }), affine("q", { a, x }), affine("r", { x })) };
    },
  },
);

testCell(
  "an activation whose argument is needed again, and a result that is used many times",
  defineCell({
    name: "swish",
    states: ["a"],
    step({ a, x }, { affine }) {
      const s = affine("s", a, x);
      const gate = sigmoid(s);
      const e = exp(mul(-0.5, mul(gate, gate)));
      return { a: add(mul(s, gate), mul(sub(gate, e), tanh(gate))) };
    },
  }),
);

testCell(
  "one trained vector used twice",
  defineCell({
    name: "vector twice",
    states: ["a"],
    step({ a, x }, { affine, vector }) {
      const v = vector("v", { initial: 0.5 });
      return { a: tanh(add(mul(v, affine("a", a, x)), mul(v, mul(v, a)))) };
    },
  }),
);

testCell(
  "a next state that is a trained vector times nothing else",
  defineCell({
    name: "vector state",
    states: ["a", "b"],
    step: ({ a, b, x }, { affine, vector }) => ({ a: tanh(affine("a", a, x, b)), b: mul(vector("v"), a) }),
  }),
);

testCell(
  "dropout on x and on the candidate",
  defineCell({
    name: "dropped",
    states: ["a"],
    step({ a, x }, { affine, dropout }) {
      const cTilde = dropout("c", tanh(affine("c", a, dropout("x", x, 0.3))), 0.2);
      return { a: add(mul(0.9, a), cTilde) };
    },
  }),
  { oneHot: false },
);

testCell(
  "a gate used in both stages",
  defineCell({
    name: "gate in two stages",
    states: ["a"],
    step({ a, x }, { affine }) {
      const gate = sigmoid(affine("g", a, x));
      const cTilde = tanh(affine("c", mul(gate, a), x));
      return { a: add(mul(gate, cTilde), mul(sub(1, gate), mul(a, gate))) };
    },
  }),
);

testCell(
  "one input of products in both stages, and a pre-activation that waits",
  defineCell({
    name: "late",
    states: ["a", "c"],
    step({ a, c, x }, { affine }) {
      const early = affine("e", a, x);
      const h = tanh(affine("h", c));
      const late = affine("l", mul(h, early), a, x);
      return { a: tanh(add(late, early)), c: add(mul(c, sigmoid(early)), affine("m", h, a, { bias: false })) };
    },
  }),
);

testCell(
  "affines of other sizes side by side",
  defineCell({
    name: "bottleneck",
    states: ["a"],
    step({ a, x }, { affine }) {
      const small = tanh(affine("small", a, x, { size: 3 }));
      const wide = sigmoid(affine("wide", a, x, { size: 9 }));
      return { a: tanh(add(affine("a", small, wide), affine("x", x, { bias: false }))) };
    },
  }),
);

testCell(
  "two biased affines in one sum, and one affine read twice",
  defineCell({
    name: "two biases",
    states: ["a"],
    step({ a, x }, { affine }) {
      const s = affine("s", a);
      return { a: tanh(add(add(affine("p", a, x), affine("q", x)), mul(add(s, s), 0.25))) };
    },
  }),
);

testCell(
  "no product with the state, and a state that x alone makes",
  defineCell({
    name: "element-wise loop",
    states: ["a", "b"],
    step: ({ a, b, x }, { affine }) => ({ a: add(mul(0.5, a), mul(b, sigmoid(affine("a", x)))), b: affine("b", x) }),
  }),
);

testCell(
  "two affines of x in one sum",
  defineCell({
    name: "x twice",
    states: ["a"],
    step: ({ a, x }, { affine }) => ({ a: tanh(add(affine("p", a, x), affine("q", x, { bias: false }))) }),
  }),
);

testCell(
  "a normalised value that is used again as it was",
  defineCell({
    name: "normed and plain",
    states: ["a"],
    step({ a, x }, { affine, layerNorm }) {
      const v = tanh(affine("v", a, x));
      return { a: mul(tanh(layerNorm("n", v)), v) };
    },
  }),
  {
    equations: (x, { a }, { affine, norm }) => {
      const v = each(Math.tanh, affine("v", { a: a!, x }));
      return { a: each((n, value) => Math.tanh(n) * value, norm("n", v), v) };
    },
  },
);

testCell(
  "a state whose gradient is read after an element-wise pass has written the one before it",
  defineCell({
    name: "early pass",
    states: ["a", "b"],
    step({ a, b, x }, { affine }) {
      const h = tanh(affine("h", a, x));
      const m = mul(h, sigmoid(affine("g", a, x)));
      return { a: add(tanh(affine("a", m)), mul(0.5, b)), b: h };
    },
  }),
);

testCell(
  "a state whose gradient is read after a product has written the one before it",
  defineCell({
    name: "early product",
    states: ["a", "b"],
    step({ a, b, x }, { affine }) {
      const h = tanh(affine("h", a, x));
      const m = mul(h, sigmoid(affine("g", a, x)));
      return { a: tanh(affine("a", m, b)), b: h };
    },
  }),
);

testCell(
  "one gradient that two values share, one of which a product adds to",
  defineCell({
    name: "shared gradient",
    states: ["a"],
    step({ a, x }, { affine }) {
      const h = tanh(affine("h", a, x));
      const k = tanh(affine("k", a, x));
      const m = mul(k, sigmoid(affine("r", a, x)));
      return { a: add(add(h, k), add(tanh(affine("p", h)), tanh(affine("q", m)))) };
    },
  }),
);

testCell(
  "an affine of another state's new value, so that the output is narrower than the memory",
  defineCell({
    name: "narrow output",
    states: { a: 3, c: "hidden" },
    step({ a, c, x }, { affine }) {
      const cNext = tanh(add(affine("c", a, x), c));
      return { a: affine("p", cNext, { size: 3 }), c: cNext };
    },
  }),
  {
    equations: (x, { a, c }, { affine }) => {
      const s = affine("c", { a: a!, x });
      const cNext = s.map((value, i) => Math.tanh(value + c![i]!));
      return { a: affine("p", { c: cNext }), c: cNext };
    },
  },
);
