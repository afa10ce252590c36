import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/golden/expect-close.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { gru, lstm } from "../cells/index.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { add, tanh } from "../expression/expression.ts";
import { type Cell, defineCell } from "../recurrence/define-cell.ts";
import { step } from "../tensor/tape.ts";
import { translatorBatch } from "./translator-batch.ts";
import { type ScheduledSampling, TranslatorNetwork, type TranslatorSizes } from "./translator-network.ts";
import { parametersOf } from "./weight-files.ts";

const BASE: TranslatorSizes = {
  sourceSize: 6,
  targetSize: 5,
  embeddingSize: 3,
  hiddenSize: 4,
  layers: 1,
  bidirectional: true,
  attention: "additive",
  inputFeeding: false,
};
const END = 4;
const BATCH = translatorBatch(
  [
    { source: Int32Array.of(1, 2, 3), target: Int32Array.of(2, 1) },
    { source: Int32Array.of(4), target: Int32Array.of(3, 3, 1, 2) },
    { source: Int32Array.of(5, 1, 0, 2, 2), target: Int32Array.of(1) },
  ],
  END,
);

function networkOf(
  engine: Engine,
  sizes: Partial<TranslatorSizes> & { readonly cell?: Cell },
  dropout = 0,
): TranslatorNetwork {
  return new TranslatorNetwork({ ...BASE, cell: lstm(), ...sizes, engine, dropout, seed: 2 });
}

/** A cell that shows 3 numbers of a larger memory. */
const narrow = defineCell({
  name: "narrow",
  states: { a: 3, c: "hidden" },
  step({ x, a, c }, { affine }) {
    const cNext = tanh(add(affine("c", a, x), c));
    return { a: affine("p", cNext, { size: 3 }), c: cNext };
  },
});

const SHAPES: [string, Parameters<typeof networkOf>[1]][] = [
  ["additive", {}],
  ["multiplicative, of one direction", { attention: "multiplicative", bidirectional: false }],
  ["none, two layers", { attention: "none", layers: 2 }],
  ["additive with input feeding, two layers", { inputFeeding: true, layers: 2 }],
  ["none with input feeding", { attention: "none", inputFeeding: true }],
  [
    "none with input feeding, a cell whose output is narrower than its memory",
    { attention: "none", inputFeeding: true, cell: narrow },
  ],
  ["multiplicative with input feeding, such a cell", { attention: "multiplicative", inputFeeding: true, cell: narrow }],
];

describe.each(SHAPES)("TranslatorNetwork, attention %s", (_, sizes) => {
  it("has the gradients of central differences within 1e-7", () => {
    const network = networkOf(new WasmEngine(), sizes);
    // large weights, so that no gradient drowns in the differences' own error
    for (const p of parametersOf(network.parts)) {
      const values = new Float32Array(p.size);
      new Random(1, p.name).fillUniform(values, -1.2, 1.2);
      p.assign(values);
    }
    const reports = gradCheck(parametersOf(network.parts), () => network.loss(BATCH), { samples: 12 });
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("gives in float32 what float64 gives within 1e-5, loss and gradients", () => {
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const network = networkOf(engine, sizes);
      const loss = step(engine, () => differentiate(engine, () => network.loss(BATCH)));
      return { loss, gradients: parametersOf(network.parts).map((p) => p.gradient()) };
    });
    expectClose([fast!.loss], [exact!.loss], 1e-5, "loss");
    exact!.gradients.forEach((gradient, i) => {
      expectClose(fast!.gradients[i]!, gradient, 1e-5, `gradient ${i}`);
    });
  });
});

describe("TranslatorNetwork", () => {
  const engine = new WasmEngine();
  const sampled = (rate: number, at = 0): ScheduledSampling => ({ rate, random: new Random(1, "lots"), step: at });
  const lossOf = (network: TranslatorNetwork, sampling?: ScheduledSampling, dropped = false) => {
    for (const p of parametersOf(network.parts)) p.zeroGradient();
    const draw = dropped ? { random: new Random(1, "dropout"), step: 3, layer: 0 } : undefined;
    const loss = step(engine, () => differentiate(engine, () => network.loss(BATCH, draw, sampling)));
    return { loss, gradients: parametersOf(network.parts).map((p) => Array.from(p.gradient())) };
  };

  it("has step by step the loss and gradients that it has at once, with dropout as without", () => {
    for (const dropped of [false, true]) {
      const network = networkOf(engine, { layers: 2 }, 0.3);
      const once = lossOf(network, undefined, dropped);
      const stepped = lossOf(network, sampled(0), dropped);
      expectClose([stepped.loss], [once.loss], 1e-6, "loss");
      once.gradients.forEach((gradient, i) => {
        expectClose(stepped.gradients[i]!, gradient, 1e-6, `gradient ${i}`);
      });
    }
  });

  it("reads its own tokens by scheduled sampling: none at rate 0, others at each update, all at rate 1", () => {
    const network = networkOf(engine, {});
    const right = lossOf(network, sampled(0)).loss;
    const all = lossOf(network, sampled(1)).loss;
    expect(all).not.toBe(right);
    expect(lossOf(network, sampled(1, 7)).loss).toBe(all);
    expect(lossOf(network, sampled(0.5, 1)).loss).toBe(lossOf(network, sampled(0.5, 1)).loss);
    const losses = new Set([1, 2, 3, 4, 5, 6].map((at) => lossOf(network, sampled(0.5, at)).loss));
    expect(losses.size).toBeGreaterThan(1);
  });

  it("runs with a cell of one state as with one of two", () => {
    const network = new TranslatorNetwork({ ...BASE, engine, cell: gru(), seed: 1 });
    expect(lossOf(network).loss).toBeGreaterThan(0);
    expect(network.bridge.weight.columns).toBe(4);
  });
});
