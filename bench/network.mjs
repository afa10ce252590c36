/** A network of a recurrent and a dense layer with its training step, as `cells.mjs` and `scale.mjs` time it. */
import {
  Adam,
  clipScale,
  crossEntropy,
  Dense,
  differentiate,
  Embedding,
  gradientNorm,
  Indices,
  step as inStep,
  Packing,
  Random,
  Stacked,
  sum,
  Tensor,
  WasmEngine,
} from "../dist/index.js";
import { flopOfMatrix, flopOfRecurrent, sumOfFlop } from "../dist/layers/flop.js";

/**
 * @param {{ cell: object, vocabulary?: number, dense?: number, embedding?: number, hidden: number, layers?: number, lengths: number[],
 *   dropout?: boolean, lossScale?: number }} options `dense`: rows of that many numbers in place of one-hot ids.
 * @returns {{ step: () => void, tokens: number, flopPerToken: number, engine: WasmEngine, parameters: object[] }} one training step: forward,
 *   backward, clip 5, Adam.
 */
export function trainedNetwork(options) {
  const {
    cell,
    vocabulary = 64,
    dense,
    embedding,
    hidden,
    layers = 1,
    lengths,
    dropout = false,
    lossScale = 1,
  } = options;
  const engine = new WasmEngine({ threads: 1 });
  const base = { engine, seed: 1 };
  const table = embedding && new Embedding({ ...base, name: "embedding", vocabularySize: vocabulary, size: embedding });
  const inputSize = dense ?? embedding ?? vocabulary;
  const network = new Stacked({ ...base, name: "rnn", cell, inputSize, hiddenSize: hidden, layers });
  const output = new Dense({ ...base, name: "dense", inputSize: network.outputSize, outputSize: vocabulary });
  const parameters = [...(table?.parameters ?? []), ...network.parameters, ...output.parameters];
  const packing = new Packing(lengths);
  const random = new Random(1, "bench");
  const ids = Int32Array.from({ length: packing.rows }, (_, i) => random.integer(i % 97, vocabulary));
  const values = Float32Array.from({ length: packing.rows * (dense ?? 0) }, (_, i) => random.uniform(i % 997) - 0.5);
  const adam = new Adam(parameters);
  let count = 0;
  const step = () => {
    for (const parameter of parameters) parameter.zeroGradient();
    inStep(engine, () =>
      differentiate(engine, () => {
        const indices = Indices.from(engine, ids, vocabulary);
        const x =
          dense === undefined ? (table?.run(indices) ?? indices) : Tensor.from(engine, packing.rows, dense, values);
        const draw = dropout ? { dropout: { random, step: count++, layer: 0 } } : {};
        const scores = output.run(network.run(x, packing, draw).output);
        return sum(crossEntropy(scores, indices), lossScale / packing.rows);
      }),
    );
    adam.step(1e-3, clipScale(gradientNorm(parameters), 5));
  };
  const isOneHot = dense === undefined && embedding === undefined;
  const flop = sumOfFlop([
    ...network.layers.map((layer, l) => flopOfRecurrent(layer, isOneHot && l === 0)),
    flopOfMatrix(output.weight.rows, output.weight.columns),
  ]);
  return { step, tokens: packing.rows, flopPerToken: flop.forward + flop.backward, engine, parameters };
}

/** The least time of a step, in seconds, of about `seconds` of steps in turn for all: what others do beside spoils fewer. */
export function leastSeconds(networks, seconds) {
  const least = networks.map(() => Number.POSITIVE_INFINITY);
  for (const { step } of networks) for (let i = 0; i < 2; i++) step();
  const end = performance.now() + 1000 * seconds * networks.length;
  for (let turn = 0; turn < 3 || performance.now() < end; turn++) {
    networks.forEach(({ step }, i) => {
      const start = performance.now();
      step();
      least[i] = Math.min(least[i], (performance.now() - start) / 1000);
    });
  }
  return least;
}
