/**
 * brain.js: one sequence at a time in plain JavaScript, its own weights' beginning, RMSProp and clip of each number in
 * place of Adam and the clip of the norm. A step is one sequence of the batch, after which the weights change.
 */
import brain from "brain.js";
import { patternIds } from "../workloads.mjs";
import { runPeer, versionOf } from "./measure.mjs";

/** Tokens that one call of `run` writes. */
const WRITTEN = 100;

await runPeer(async (_, spec) => {
  const backend = `brain.js ${versionOf("brain.js")}`;
  const { cell, vocabulary, embedding, hidden, layers, directions, steps, kind } = spec;
  if (directions === 2) return { backend, unable: "has no bidirectional layer" };
  if (cell === "rnn") return { backend, unable: "has relu in place of tanh" };
  const network = new brain.recurrent[cell.toUpperCase()]({
    inputSize: embedding ?? vocabulary,
    inputRange: vocabulary,
    outputSize: vocabulary,
    hiddenLayers: Array.from({ length: layers }, () => hidden),
    maxPredictionLength: WRITTEN,
    learningRate: 1e-4,
    dataFormatter: null,
  });
  network.initialize();
  if (kind === "stream") {
    network.model.output.weights[0] = -100; // it never ends a text
    network.bindEquation(); // it runs only what has steps
    network.formatDataIn = (ids) => ids;
    network.formatDataOut = (_input, ids) => ids;
    return {
      backend,
      tokens: WRITTEN,
      step() {
        network.run([], false);
      },
    };
  }
  const rows = patternIds(spec);
  let next = 0;
  const sequence = () => rows[next++ % rows.length].slice(0, steps);
  return {
    backend,
    tokens: steps,
    // its error is a hundredth of 2 to the power of the bits a token
    step: () =>
      Math.log(100 * (kind === "train" ? network.trainPattern(sequence(), true) : network.trainInput(sequence()))),
  };
});
