import { describe, expect, it } from "vitest";
import { crossEntropy } from "../../src/autograd/cross-entropy.ts";
import { differentiate } from "../../src/autograd/differentiate.ts";
import { sum } from "../../src/autograd/sum.ts";
import { builtInCells, lstm } from "../../src/cells/index.ts";
import { Packing } from "../../src/core/packing.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { WasmEngine } from "../../src/engine/wasm/wasm-engine.ts";
import { fromPytorch, type Matrix } from "../../src/interop/pytorch-weights.ts";
import { Bidirectional, CarriedStates, Dense, Embedding, type Recurrent } from "../../src/layers/index.ts";
import { Adam } from "../../src/optimizers/adam.ts";
import { clipScale, gradientNorm } from "../../src/optimizers/clip.ts";
import { writeNamed } from "../../src/recurrence/cell-weights.ts";
import { LanguageNetwork } from "../../src/tasks/language-network.ts";
import { parametersOf, weightsToParts } from "../../src/tasks/weight-files.ts";
import { Indices } from "../../src/tensor/indices.ts";
import type { Parameter } from "../../src/tensor/parameter.ts";
import { step } from "../../src/tensor/tape.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { expectClose, type GoldenTensor, goldenNames, loadGolden } from "./load-golden.ts";

const LOSS_BOUND = 1e-4;

/** Ten updates: their losses and gradient norms before clipping. */
function train(
  parameters: readonly Parameter[],
  c: { readonly steps: number; readonly clipNorm: number; readonly learningRate: number },
  forward: (k: number) => Tensor,
): { losses: number[]; norms: number[] } {
  const engine = parameters[0]!.engine;
  const optimizer = new Adam(parameters);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let k = 0; k < c.steps; k++) {
    for (const p of parameters) p.zeroGradient();
    losses.push(step(engine, () => differentiate(engine, () => forward(k))));
    norms.push(gradientNorm(parameters));
    optimizer.step(c.learningRate, clipScale(norms.at(-1)!, c.clipNorm));
  }
  return { losses, norms };
}

const ENGINES: [string, () => Engine, string][] = [
  ["float32 WebAssembly", () => new WasmEngine(), ""],
  ["float64 reference", () => new ReferenceEngine(), "Float64"],
];

describe.each(ENGINES)("training in %s", (_, engineOf, suffix) => {
  const models = goldenNames("training-").filter((name) => name !== "training-tagger");
  it.each(models)("%s has the first ten losses and gradient norms of PyTorch", async (name) => {
    const golden = loadGolden(name as `training-${string}`);
    const { case: c, inputs, outputs } = golden;
    const network = new LanguageNetwork({
      engine: engineOf(),
      cell: builtInCells[c.cell.replace("-tanh", "")]!(),
      vocabularySize: c.vocabulary,
      hiddenSize: c.na,
      layers: c.layers,
      embeddingSize: 0,
      seed: 1,
    });
    const weights = Object.entries(golden.weights).map(
      ([key, { shape, data }]): [string, { shape: readonly number[]; data: Float32Array }] => [
        key,
        { shape, data: Float32Array.from(data) },
      ],
    );
    await weightsToParts(new Map(weights), network.parts, name);
    const carried = new CarriedStates(network.recurrent, c.B);
    const packing = Packing.uniform(c.B, c.T);
    const ids = inputs.ids!.data;
    const length = inputs.ids!.shape[1]!;
    const window = (k: number, shift: number): Int32Array =>
      Int32Array.from({ length: c.B * c.T }, (_unused, row) => {
        const [t, b] = [Math.floor(row / c.B), row % c.B];
        return ids[b * length + k * c.T + t + shift]!;
      });
    const { losses, norms } = train(parametersOf(network.parts), c, (k) => {
      return network.loss(window(k, 0), window(k, 1), packing, carried);
    });
    expectClose(losses, outputs[`losses${suffix}`]!.data, LOSS_BOUND, "losses");
    expectClose(norms, outputs[`gradNorms${suffix}`]!.data, LOSS_BOUND, "gradient norms");
  });

  it("a bidirectional tagger over unequal lengths has the first ten losses of PyTorch", () => {
    const { case: c, inputs, outputs, weights } = loadGolden("training-tagger");
    const engine = engineOf();
    const base = { engine, seed: 1 };
    const embedding = new Embedding({ ...base, name: "embedding", vocabularySize: c.vocabulary, size: c.nx! });
    const rnn = new Bidirectional({ ...base, name: "rnn", cell: lstm(), inputSize: c.nx!, hiddenSize: c.na });
    const dense = new Dense({ ...base, name: "dense", inputSize: rnn.outputSize, outputSize: c.tags! });
    embedding.table.assign(weights["embedding.weight"]!.data);
    setLayer(rnn.forward, weights, "");
    setLayer(rnn.backward, weights, "_reverse");
    const { shape, data } = weights["dense.weight"]!;
    const [rows, columns] = shape as [number, number];
    dense.weight.assign(Array.from(data, (_unused, i) => data[(i % rows) * columns + Math.floor(i / rows)]!));
    dense.bias.assign(weights["dense.bias"]!.data);

    const packing = new Packing(c.lengths!);
    const ids = packing.pack(inputs.ids!.data, 1);
    const targets = packing.pack(inputs.targets!.data, 1);
    const parameters = [...embedding.parameters, ...rnn.parameters, ...dense.parameters];
    const { losses, norms } = train(parameters, c, () => {
      const x = embedding.run(Indices.from(engine, ids, c.vocabulary));
      const scores = dense.run(rnn.run(x, packing).output);
      return sum(crossEntropy(scores, Indices.from(engine, targets, c.tags!)), 1 / packing.rows);
    });
    expectClose(losses, outputs[`losses${suffix}`]!.data, LOSS_BOUND, "losses");
    expectClose(norms, outputs[`gradNorms${suffix}`]!.data, LOSS_BOUND, "gradient norms");
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });
});

function setLayer(layer: Recurrent, weights: Readonly<Record<string, GoldenTensor>>, suffix: string): void {
  const tensors = new Map<string, Matrix>();
  for (const name of ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]) {
    tensors.set(name, weights[`rnn.${name}_l0${suffix}`]!);
  }
  const named = fromPytorch(layer.cell.name, tensors, "golden");
  for (const weight of layer.weights.named) writeNamed(weight, named.get(weight.name)!.data);
}
