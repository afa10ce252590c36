import { describe, expect, it } from "vitest";
import { lstm, rnn } from "../cells/index.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { writeNamed } from "../recurrence/cell-weights.ts";
import { gradientFlow } from "./gradient-flow.ts";
import { LanguageNetwork } from "./language-network.ts";
import { parametersOf } from "./weight-files.ts";

function networkOf(cell = rnn(), hiddenSize = 6, engine: WasmEngine | ReferenceEngine = new WasmEngine()) {
  return new LanguageNetwork({ engine, cell, vocabularySize: 5, hiddenSize, layers: 1, embeddingSize: 0, seed: 2 });
}

const IDS = Int32Array.from([0, 3, 1, 4, 2, 2, 1, 0, 3, 4, 1, 2]);

describe("gradientFlow", () => {
  it("is what a chain of 1-unit RNNs gives: each step back multiplies by w (1 - a²)", () => {
    const network = networkOf(rnn(), 1, new ReferenceEngine());
    const w = 0.7;
    const layer = network.recurrent.layers[0]!;
    for (const weight of layer.weights.named) {
      writeNamed(
        weight,
        new Float64Array(weight.parameter.rows * weight.columns).fill(weight.name === "a.weight_a" ? w : 0.3),
      );
    }
    const { states, steps } = gradientFlow(network, IDS);
    // a⟨t⟩ = tanh(w a⟨t-1⟩ + 0.6): bias and x column are 0.3 each
    const a: number[] = [];
    for (let t = 0; t < steps; t++) a.push(Math.tanh(w * (a.at(-1) ?? 0) + 0.6));
    const { norms } = states[0]!;
    for (let t = 0; t + 1 < norms.length; t++) {
      expect(norms[t]! / norms[t + 1]!).toBeCloseTo(Math.abs(w * (1 - a[t + 1]! * a[t + 1]!)), 9);
    }
  });

  it("has a norm for each earlier step and each state, and leaves the weights as they are", () => {
    const network = networkOf(lstm());
    const before = parametersOf(network.parts).map((p) => Array.from(p.toArray()));
    const { states, steps, lossNats } = gradientFlow(network, IDS);
    expect(states.map((state) => [state.state, state.norms.length])).toEqual([
      ["a", steps - 1],
      ["c", steps - 1],
    ]);
    expect(lossNats).toBeGreaterThan(0);
    expect(parametersOf(network.parts).map((p) => Array.from(p.toArray()))).toEqual(before);
  });

  it("says how far back the gradient reaches: further with a larger recurrent weight", () => {
    const reach = (w: number): number => {
      const network = networkOf(rnn(), 1);
      for (const weight of network.recurrent.layers[0]!.weights.named) {
        writeNamed(
          weight,
          new Float64Array(weight.parameter.rows * weight.columns).fill(weight.name === "a.weight_a" ? w : 0.1),
        );
      }
      return gradientFlow(network, IDS).reach ?? IDS.length;
    };
    expect(reach(0.1)).toBeLessThan(reach(0.5));
  });

  it("needs three tokens", () => {
    expect(() => gradientFlow(networkOf(), IDS.subarray(0, 2))).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: gradientFlow: expected a text of at least three tokens, got 2.]`,
    );
  });
});
