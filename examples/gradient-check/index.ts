/** Checks every gradient of a small model against central differences in float64, as the course does. */
import {
  crossEntropy,
  Dense,
  defaultEngine,
  Embedding,
  gradCheck,
  Indices,
  Packing,
  Random,
  Stacked,
  sum,
} from "recurra";
import { gru } from "recurra/cells";

const engine = defaultEngine();
const V = 6;
const embedding = new Embedding({ engine, name: "embedding", vocabularySize: V, size: 4, seed: 1 });
const cell = gru({ reset: "before" });
const recurrent = new Stacked({ engine, name: "rnn", cell, inputSize: 4, hiddenSize: 5, layers: 2, seed: 1 });
const dense = new Dense({ engine, name: "output", inputSize: recurrent.outputSize, outputSize: V, seed: 1 });
const parameters = [...embedding.parameters, ...recurrent.parameters, ...dense.parameters];

const packing = new Packing([4, 6, 1]);
const random = new Random(1, "symbols");
const symbols = (from: number) => Int32Array.from({ length: packing.rows }, (_, i) => random.integer(from + i, V));
const [inputs, targets] = [symbols(0), symbols(1000)];

// the loss runs on the float64 engine that gradCheck hands in
const reports = gradCheck(parameters, (float64) => {
  const x = embedding.run(Indices.from(float64, inputs, V));
  const scores = dense.run(recurrent.run(x, packing).output);
  return sum(crossEntropy(scores, Indices.from(float64, targets, V)), 1 / packing.rows);
});

const largest = Math.max(...reports.map(({ error }) => error));
console.log(largest < 1e-7 ? "Every gradient is right." : "A gradient is wrong.");
for (const { name, error, checked } of reports) {
  console.log(`${name.padEnd(16)} ${String(checked).padStart(4)} numbers   ${error.toExponential(1)}`);
}
console.log(`largest error: ${largest.toExponential(1)}`);
