/** Ng's gradient check of a whole model, in float64: backpropagation through time against finite differences. */
import { crossEntropy, Dense, defaultEngine, gradCheck, gru, Indices, Packing, Recurrent, sum } from "recurra";

const engine = defaultEngine();
const classes = 5;
const layer = new Recurrent({
  engine,
  name: "gru",
  cell: gru({ reset: "before" }),
  inputSize: classes,
  hiddenSize: 4,
  seed: 1,
});
const dense = new Dense({ engine, name: "dense", inputSize: 4, outputSize: classes, seed: 1 });
const packing = new Packing([3, 5]); // two sequences of unequal lengths

const reports = gradCheck([...layer.parameters, ...dense.parameters], (reference) => {
  const { output } = layer.run(Indices.from(reference, [0, 1, 2, 3, 4, 0, 1, 2], classes), packing);
  return sum(crossEntropy(dense.run(output), Indices.from(reference, [1, 2, 3, 4, 0, 1, 2, 3], classes)));
});

const worst = Math.max(...reports.map((report) => report.error));
console.log(worst < 1e-7 ? "every gradient is right within 1e-7" : "a gradient is wrong");
for (const { name, error } of reports) console.log(`  ${name}: ${error.toExponential(1)}`);
