import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, type PlainStep, sigma } from "../../test/support/plain-equations.ts";
import { rnn } from "./rnn.ts";

/** a⟨t⟩ = g(Wa [a⟨t-1⟩, x⟨t⟩] + ba) */
function equations(g: (s: number) => number, layerNorm = false): PlainStep {
  return (x, { a }, { affine, norm, mask }) => {
    const aPrev = mask === undefined ? a! : each((value, m) => value * m, a!, mask);
    const s = affine("a", { a: aPrev, x });
    return { a: each(g, layerNorm ? norm("a", s) : s) };
  };
}

testCell("rnn, tanh", rnn(), { equations: equations(Math.tanh) });
testCell("rnn, sigmoid", rnn({ activation: "sigmoid" }), { equations: equations(sigma) });
testCell("rnn, relu", rnn({ activation: "relu" }), { equations: equations((s) => Math.max(0, s)), kinks: true });
testCell("rnn, layer norm", rnn({ layerNorm: true }), { equations: equations(Math.tanh, true) });
testCell("rnn, recurrent dropout", rnn({ recurrentDropout: 0.4 }), {
  equations: equations(Math.tanh),
  dropoutRate: 0.4,
});
testCell(
  "rnn, sigmoid, layer norm, recurrent dropout",
  rnn({ activation: "sigmoid", layerNorm: true, recurrentDropout: 0.25 }),
  {
    equations: equations(sigma, true),
    dropoutRate: 0.25,
  },
);
