/**
 * The LSTM of the lectures written anew with defineCell, beside the built-in one: the same losses, bit for bit, in the
 * same time. `npm run example -- own-cell --time` measures the time on a larger model.
 */
import {
  Adam,
  add,
  type Cell,
  crossEntropy,
  Dense,
  defaultEngine,
  defineCell,
  Indices,
  mul,
  Packing,
  Random,
  Recurrent,
  sigmoid,
  sum,
  tanh,
} from "recurra";
import { lstm as builtIn } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const lstm = defineCell({
  name: "lstm",
  states: ["a", "c"],
  step({ x, a, c }, { affine }) {
    const cTilde = tanh(affine("c", a, x)); // c̃⟨t⟩ = tanh(Wc [a⟨t-1⟩, x⟨t⟩] + bc)
    const gammaU = sigmoid(affine("u", a, x)); // Γu = σ(Wu [a⟨t-1⟩, x⟨t⟩] + bu)
    const gammaF = sigmoid(affine("f", a, x)); // Γf = σ(Wf [a⟨t-1⟩, x⟨t⟩] + bf)
    const gammaO = sigmoid(affine("o", a, x)); // Γo = σ(Wo [a⟨t-1⟩, x⟨t⟩] + bo)
    const cNext = add(mul(gammaU, cTilde), mul(gammaF, c)); // c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t-1⟩
    return { a: mul(gammaO, tanh(cNext)), c: cNext }; // a⟨t⟩ = Γo ⊙ tanh c⟨t⟩
  },
});

const timing = process.argv.includes("--time");
const { B, Tx, H, V, steps } = timing
  ? { B: 32, Tx: 64, H: 256, V: 64, steps: 60 }
  : { B: 8, Tx: 16, H: 32, V: 12, steps: 200 };
const engine = defaultEngine();
const packing = Packing.uniform(B, Tx);

/** Symbols as random as the seed makes them; the target of each step is the symbol two steps before. */
function batch(step: number): { inputs: Int32Array; targets: Int32Array } {
  const random = new Random(1, `batch ${step}`);
  const symbols = Int32Array.from({ length: (Tx + 2) * B }, (_, i) => random.integer(i, V));
  return { inputs: symbols.subarray(2 * B), targets: symbols.subarray(0, Tx * B) };
}

/** A recurrent layer of the cell under a dense layer, and what trains them. */
function build(cell: Cell) {
  const recurrent = new Recurrent({ engine, name: "rnn", cell, inputSize: V, hiddenSize: H, seed: 1 });
  const dense = new Dense({ engine, name: "output", inputSize: H, outputSize: V, seed: 1 });
  const parameters = [...recurrent.parameters, ...dense.parameters];
  const trainer = new Trainer({
    optimizer: new Adam(parameters),
    schedule: constantSchedule(0.01),
    clipNorm: 1,
    forward(step) {
      const { inputs, targets } = batch(step);
      const { output } = recurrent.run(Indices.from(engine, inputs, V), packing);
      const losses = crossEntropy(dense.run(output), Indices.from(engine, targets, V));
      return { loss: sum(losses, 1 / losses.rows), tokens: losses.rows };
    },
  });
  return { parameters, trainer, losses: [] as number[], milliseconds: [] as number[] };
}

const own = build(lstm);
const theirs = build(builtIn());
// the built-in LSTM begins with a forget bias of 1: both are to begin with the same numbers
theirs.parameters.forEach((p, i) => {
  own.parameters[i]!.assign(p.toArray());
});

for (let step = 0; step < steps; step++) {
  // in turn, so that what else the machine does reaches both
  for (const side of step % 2 === 0 ? [own, theirs] : [theirs, own]) {
    const begun = performance.now();
    side.losses.push(side.trainer.update().lossNats);
    side.milliseconds.push(performance.now() - begun);
  }
}

/** The median of the second half: the first warms up. */
function median(values: readonly number[]): number {
  const sorted = values.slice(values.length >> 1).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

const equal = own.losses.every((loss, i) => Object.is(loss, theirs.losses[i]));
console.log(`${steps} losses of each: ${equal ? "equal, bit for bit" : "different"}`);
console.log(`first loss: ${own.losses[0]!.toFixed(4)}`);
console.log(`final loss: ${own.losses.at(-1)!.toFixed(4)}`);
const [mine, built] = [median(own.milliseconds), median(theirs.milliseconds)];
console.log(`median step: own ${mine.toFixed(3)} ms, built in ${built.toFixed(3)} ms`);
console.log(`time ratio: ${(mine / built).toFixed(3)}`);
