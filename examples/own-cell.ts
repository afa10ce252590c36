/**
 * The LSTM of the lectures defined anew, beside the built-in one: the same losses bit for bit, and the same speed.
 *
 * `npm run example -- own-cell` trains both; with `--time` it also times training steps of the size of W-S (one-hot 64,
 * 128 units, batch 32, T 64), the two in turn, and prints the ratio of the medians.
 */
import {
  Adam,
  add,
  type Cell,
  clipScale,
  crossEntropy,
  Dense,
  defaultEngine,
  defineCell,
  differentiate,
  gradientNorm,
  Indices,
  lstm,
  mul,
  Packing,
  Random,
  Recurrent,
  sigmoid,
  step,
  sum,
  tanh,
} from "recurra";

const own = defineCell({
  name: "own lstm",
  states: ["a", "c"],
  step({ x, a, c }, { affine }) {
    const cTilde = tanh(affine("c", a, x)); //                    c̃⟨t⟩ = tanh(Wc [a⟨t-1⟩, x⟨t⟩] + bc)
    const gammaU = sigmoid(affine("u", a, x)); //                 Γu = σ(Wu [a⟨t-1⟩, x⟨t⟩] + bu)
    const gammaF = sigmoid(affine("f", a, x, { bias: 1 })); //    Γf = σ(Wf [a⟨t-1⟩, x⟨t⟩] + bf), bf = 1 at first
    const gammaO = sigmoid(affine("o", a, x)); //                 Γo = σ(Wo [a⟨t-1⟩, x⟨t⟩] + bo)
    const cNext = add(mul(gammaU, cTilde), mul(gammaF, c)); //    c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t-1⟩
    return { a: mul(gammaO, tanh(cNext)), c: cNext }; //          a⟨t⟩ = Γo ⊙ tanh c⟨t⟩
  },
});

interface Sizes {
  readonly classes: number;
  readonly hiddenSize: number;
  readonly batchSize: number;
  readonly steps: number;
}

/** A training step of one-hot -> cell -> dense -> cross-entropy; returns the loss. */
function trainer(cell: Cell, { classes, hiddenSize, batchSize, steps }: Sizes): () => number {
  const engine = defaultEngine();
  const layer = new Recurrent({ engine, name: "rnn", cell, inputSize: classes, hiddenSize, seed: 1 });
  const dense = new Dense({ engine, name: "dense", inputSize: hiddenSize, outputSize: classes, seed: 1 });
  const parameters = [...layer.parameters, ...dense.parameters];
  const optimizer = new Adam(parameters);
  const packing = Packing.uniform(batchSize, steps);
  const random = new Random(1, "ids");
  const ids = Int32Array.from({ length: packing.rows }, (_, i) => random.integer(i % 50, classes));
  const next = Int32Array.from(ids, (_, i) => ids[(i + batchSize) % ids.length]!);
  return () => {
    for (const p of parameters) p.zeroGradient();
    const loss = step(engine, () =>
      differentiate(engine, () => {
        const { output } = layer.run(Indices.from(engine, ids, classes), packing);
        const losses = crossEntropy(dense.run(output), Indices.from(engine, next, classes));
        return sum(losses, 1 / packing.rows);
      }),
    );
    optimizer.step(0.01, clipScale(gradientNorm(parameters), 5));
    return loss;
  };
}

const small = { classes: 20, hiddenSize: 24, batchSize: 8, steps: 16 };
const [ownStep, builtInStep] = [trainer(own, small), trainer(lstm(), small)];
let [ownLoss, builtInLoss] = [0, 0];
let equal = true;
for (let k = 0; k < 100; k++) {
  ownLoss = ownStep();
  builtInLoss = builtInStep();
  equal &&= Object.is(ownLoss, builtInLoss);
}
console.log(`losses of own and built-in LSTM ${equal ? "equal bit for bit" : "differ"} over 100 steps`);
console.log(`loss ${ownLoss.toFixed(4)}`);

if (process.argv.includes("--time")) {
  const sizes = { classes: 64, hiddenSize: 128, batchSize: 32, steps: 64 };
  const sides = [trainer(own, sizes), trainer(lstm(), sizes)];
  const times: [number[], number[]] = [[], []];
  for (let k = 0; k < 120; k++) {
    sides.forEach((side, i) => {
      const start = performance.now();
      side();
      if (k >= 20) times[i]!.push(performance.now() - start);
    });
  }
  const [ownMs, builtInMs] = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]!) as [number, number];
  console.log(
    `own ${ownMs.toFixed(2)} ms, built-in ${builtInMs.toFixed(2)} ms a step: ${(ownMs / builtInMs).toFixed(3)}x`,
  );
}
