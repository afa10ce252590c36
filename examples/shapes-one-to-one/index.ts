/**
 * One to one: x -> ŷ, sequences of one step. A recurrent layer that runs once from a⟨0⟩ = 0 is a layer of a standard
 * neural network; it learns the exclusive or.
 */
import {
  Adam,
  binaryCrossEntropy,
  Dense,
  defaultEngine,
  elementwise,
  Packing,
  Recurrent,
  sigmoid,
  step,
  Tensor,
} from "recurra";
import { rnn } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const engine = defaultEngine();
const packing = Packing.uniform(4, 1); // four sequences of one step
const layer = new Recurrent({ engine, name: "rnn", cell: rnn(), inputSize: 2, hiddenSize: 8, seed: 1 });
const dense = new Dense({ engine, name: "dense", inputSize: 8, outputSize: 1, seed: 1 });

const inputs = [0, 0, 0, 1, 1, 0, 1, 1];
const scores = (): Tensor => dense.run(layer.run(Tensor.from(engine, 4, 2, inputs), packing).output);
const trainer = new Trainer({
  optimizer: new Adam([...layer.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.05),
  clipNorm: 5,
  forward: () => ({ loss: binaryCrossEntropy(scores(), Tensor.from(engine, 4, 1, [0, 1, 1, 0])), tokens: 4 }),
});

let loss = 0;
for (let k = 0; k < 300; k++) loss = trainer.update().lossNats;
const toProbability = elementwise((z) => sigmoid(z));
const yHat = step(engine, () => Array.from(toProbability(scores()).toArray()));
console.log(`0 0, 0 1, 1 0, 1 1 -> ${yHat.map((y) => Math.round(y)).join(", ")}`);
console.log(`final loss: ${loss.toFixed(4)}`);
