/** A bidirectional tagger over sequences of unequal lengths: padding changes nothing, and is nobody's business. */
import {
  Adam,
  Bidirectional,
  crossEntropy,
  Dense,
  defaultEngine,
  differentiate,
  Embedding,
  Indices,
  lstm,
  Packing,
  step,
  sum,
} from "recurra";

// the tag of a word is 1 when the word after it is larger: only a model that sees ahead can know
const lengths = [4, 7, 1, 6, 5, 7];
const [vocabulary, tags, padded] = [10, 2, Math.max(...lengths)];
const words = Float64Array.from({ length: lengths.length * padded }, (_, i) => (i * 7 + (i >> 2) * 3) % vocabulary); // [B, Tx]
const labels = words.map((word, i) => {
  const [b, t] = [Math.floor(i / padded), i % padded];
  return t + 1 < lengths[b]! && words[i + 1]! > word ? 1 : 0;
});

/** Trains on the batch and returns the last loss; `Tx` may be longer than any sequence. */
function train(Tx: number): number {
  const engine = defaultEngine();
  const options = { engine, seed: 1 };
  const embedding = new Embedding({ ...options, name: "embedding", vocabularySize: vocabulary, size: 6 });
  const network = new Bidirectional({ ...options, name: "rnn", cell: lstm(), inputSize: 6, hiddenSize: 8 });
  const dense = new Dense({ ...options, name: "dense", inputSize: network.outputSize, outputSize: tags });
  const parameters = [...embedding.parameters, ...network.parameters, ...dense.parameters];
  const optimizer = new Adam(parameters);

  const packing = new Packing(lengths);
  const pad = (values: Float64Array) =>
    lengths.flatMap((_, b) => Array.from({ length: Tx }, (_unused, t) => values[b * padded + t] ?? -1));
  const rowsOf = (values: Float64Array) => {
    const batchFirst = pad(values); // [B, Tx], with whatever behind each sequence's end
    const cut = lengths.flatMap((_, b) => batchFirst.slice(b * Tx, b * Tx + packing.steps));
    return packing.pack(cut, 1);
  };
  let loss = 0;
  for (let k = 0; k < 120; k++) {
    for (const p of parameters) p.zeroGradient();
    loss = step(engine, () =>
      differentiate(engine, () => {
        const x = embedding.run(Indices.from(engine, rowsOf(words), vocabulary));
        const scores = dense.run(network.run(x, packing).output);
        return sum(crossEntropy(scores, Indices.from(engine, rowsOf(labels), tags)), 1 / packing.rows);
      }),
    );
    optimizer.step(0.02);
  }
  return loss;
}

const [tight, loose] = [train(padded), train(padded + 5)];
console.log(Object.is(tight, loose) ? "padding changes no bit" : "padding changes the loss");
console.log(`loss ${tight.toFixed(4)}`);
