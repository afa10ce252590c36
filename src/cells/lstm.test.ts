import { describe, expect, it } from "vitest";
import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, type PlainStep, sigma } from "../../test/support/plain-equations.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { createCellWeights, readNamed } from "../recurrence/cell-weights.ts";
import { compileCell } from "../recurrence/compiled-cell.ts";
import { type LstmOptions, lstm } from "./lstm.ts";

function equations(options: LstmOptions): PlainStep {
  const product = (a: number, b: number): number => a * b;
  return (x, states, { affine, norm, vector, mask }) => {
    const c = states.c!;
    const a = mask === undefined ? states.a! : each(product, states.a!, mask);
    const gate = (name: string, memory?: readonly number[]): number[] => {
      let s = affine(name, { a, x });
      if (options.peepholes === true && memory !== undefined) {
        s = each((value, p, m) => value + p * m, s, vector(`${name}.peephole`), memory);
      }
      return options.layerNorm === true ? norm(name, s) : s;
    };
    const cTilde = each(Math.tanh, gate("c"));
    const gammaU = each(sigma, gate("u", c));
    const gammaF = options.coupled === true ? each((u) => 1 - u, gammaU) : each(sigma, gate("f", c));
    const cNext = each((u, n, f, m) => u * n + f * m, gammaU, cTilde, gammaF, c);
    const gammaO = each(sigma, gate("o", cNext));
    const shown = each((o, m) => o * (options.output === "linear" ? m : Math.tanh(m)), gammaO, cNext);
    return { a: options.projection === undefined ? shown : affine("p", { c: shown }), c: cNext };
  };
}

function testLstm(name: string, options: LstmOptions): void {
  testCell(name, lstm(options), {
    equations: equations(options),
    ...(options.recurrentDropout === undefined ? {} : { dropoutRate: options.recurrentDropout }),
  });
}

testLstm("lstm", {});
testLstm("lstm, linear output", { output: "linear" });
testLstm("lstm, peepholes", { peepholes: true });
testLstm("lstm, coupled", { coupled: true });
testLstm("lstm, projection", { projection: 3 });
testLstm("lstm, layer norm", { layerNorm: true });
testLstm("lstm, recurrent dropout", { recurrentDropout: 0.4 });
testLstm("lstm, peepholes, coupled", { peepholes: true, coupled: true });
testLstm("lstm, peepholes, linear output", { peepholes: true, output: "linear" });
testLstm("lstm, coupled, projection, recurrent dropout", { coupled: true, projection: 2, recurrentDropout: 0.3 });
testLstm("lstm, layer norm, peepholes", { layerNorm: true, peepholes: true });
testLstm("lstm, layer norm, peepholes, projection", { layerNorm: true, peepholes: true, projection: 3 });
testLstm("lstm, every option at once", {
  output: "linear",
  peepholes: true,
  coupled: true,
  projection: 4,
  layerNorm: true,
  recurrentDropout: 0.2,
});

describe("lstm's weights before training", () => {
  const drawn = (options: LstmOptions): Map<string, Float64Array> => {
    const plan = compileCell(lstm(options), 3, 16).forward;
    const { named } = createCellWeights(plan, { engine: new ReferenceEngine(), name: "rnn", seed: 5 });
    return new Map(named.map((weight) => [weight.name, readNamed(weight)]));
  };

  it("hold the memory: bf is 1, or what forgetBias says", () => {
    expect([...drawn({}).get("f.bias")!]).toEqual(new Array(16).fill(1));
    expect([...drawn({ forgetBias: -0.5 }).get("f.bias")!]).toEqual(new Array(16).fill(-0.5));
  });

  it("are uniform on ±1/√H otherwise, peepholes 0, gains 1 and shifts 0", () => {
    for (const [name, values] of drawn({ peepholes: true, layerNorm: true })) {
      if (name === "f.bias") continue;
      if (/peephole|shift/.test(name)) expect([...new Set(values)], name).toEqual([0]);
      else if (name.endsWith("gain")) expect([...new Set(values)], name).toEqual([1]);
      else {
        expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(0.25);
        expect(Math.max(...values.map(Math.abs)), name).toBeGreaterThan(0.15);
        expect(Math.min(...values), name).toBeLessThan(0);
      }
    }
  });
});
