import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, type PlainStep, sigma } from "../../test/support/plain-equations.ts";
import { type GruOptions, gru } from "./gru.ts";

function equations({ reset = "after", simplified = false, layerNorm = false }: GruOptions): PlainStep {
  return (x, states, { affine, norm, mask }) => {
    const before = states.a!;
    const a = mask === undefined ? before : each((value, m) => value * m, before, mask);
    const normed = (name: string, s: number[]): number[] => (layerNorm ? norm(name, s) : s);
    const gammaU = each(sigma, normed("u", affine("u", { a, x })));
    let cTilde: number[];
    if (simplified) cTilde = each(Math.tanh, normed("c", affine("c", { a, x })));
    else {
      const gammaR = each(sigma, normed("r", affine("r", { a, x })));
      if (reset === "before") {
        const relevant = each((r, value) => r * value, gammaR, a);
        cTilde = each(Math.tanh, normed("c", affine("c", { a: relevant, x })));
      } else {
        const recurrent = normed("ca", affine("ca", { a }));
        cTilde = each((cx, r, ca) => Math.tanh(cx + r * ca), normed("c", affine("c", { x })), gammaR, recurrent);
      }
    }
    // Γu admits the new, and what stays is not dropped
    return { a: each((u, c, value) => u * c + (1 - u) * value, gammaU, cTilde, before) };
  };
}

function testGru(name: string, options: GruOptions): void {
  testCell(name, gru(options), {
    equations: equations(options),
    ...(options.recurrentDropout === undefined ? {} : { dropoutRate: options.recurrentDropout }),
  });
}

testGru("gru, reset after by default", {});
testGru("gru, reset before", { reset: "before" });
testGru("gru, simplified", { simplified: true });
testGru("gru, reset after, layer norm", { layerNorm: true });
testGru("gru, reset before, layer norm", { reset: "before", layerNorm: true });
testGru("gru, simplified, layer norm", { simplified: true, layerNorm: true });
testGru("gru, reset after, recurrent dropout", { recurrentDropout: 0.3 });
testGru("gru, reset before, recurrent dropout", { reset: "before", recurrentDropout: 0.3 });
testGru("gru, simplified, recurrent dropout", { simplified: true, recurrentDropout: 0.3 });
testGru("gru, reset after, layer norm, recurrent dropout", { layerNorm: true, recurrentDropout: 0.5 });
testGru("gru, reset before, layer norm, recurrent dropout", {
  reset: "before",
  layerNorm: true,
  recurrentDropout: 0.5,
});
