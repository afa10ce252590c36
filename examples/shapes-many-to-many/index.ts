/**
 * Many to many of equal length: x⟨t⟩ -> ŷ⟨t⟩ at every step. A tagger marks the words between "<" and ">", whatever
 * their distance. The loss is the course's: binary cross-entropy a step, summed over t.
 */
import {
  Adam,
  binaryCrossEntropy,
  Dense,
  defaultEngine,
  Indices,
  Packing,
  Random,
  Recurrent,
  step,
  Tensor,
} from "recurra";
import { lstm } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const SYMBOLS = ["<", ">", "a", "b", "c", "d", "e", "f"];

/** Texts of 1 to 20 symbols, and for each step whether it lies behind a "<" that no ">" has closed. */
function texts(count: number, purpose: string) {
  const random = new Random(1, purpose);
  const lengths = Array.from({ length: count }, (_, b) => 1 + random.integer(b, 20));
  const packing = new Packing(lengths);
  const symbols = new Int32Array(count * packing.steps); // [B, Tx]
  const tags = new Float32Array(count * packing.steps); // [B, Tx]
  lengths.forEach((length, b) => {
    let inside = 0;
    for (let t = 0; t < length; t++) {
      const at = b * packing.steps + t;
      const symbol = random.integer(count + at, SYMBOLS.length);
      inside = symbol === 0 ? 1 : symbol === 1 ? 0 : inside;
      symbols[at] = symbol;
      tags[at] = inside;
    }
  });
  return { packing, symbols: packing.pack(symbols, 1), tags: packing.pack(tags, 1) };
}

const engine = defaultEngine();
const layer = new Recurrent({ engine, name: "rnn", cell: lstm(), inputSize: SYMBOLS.length, hiddenSize: 12, seed: 1 });
const dense = new Dense({ engine, name: "dense", inputSize: 12, outputSize: 1, seed: 1 });

/** A score for each real step, [rows, 1]; the symbols are looked up as one-hot vectors. */
const scores = (symbols: ArrayLike<number>, packing: Packing): Tensor =>
  dense.run(layer.run(Indices.from(engine, symbols, SYMBOLS.length), packing).output);

const trainer = new Trainer({
  optimizer: new Adam([...layer.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.02),
  clipNorm: 5,
  forward(k) {
    const { packing, symbols, tags } = texts(32, `batch ${k}`);
    const targets = Tensor.from(engine, packing.rows, 1, tags);
    return { loss: binaryCrossEntropy(scores(symbols, packing), targets, { reduce: "sum" }), tokens: packing.rows };
  },
});
for (let k = 0; k < 300; k++) trainer.update();

const { packing, symbols, tags } = texts(200, "test");
const wrong = step(
  engine,
  () =>
    scores(symbols, packing)
      .toArray()
      .filter((z, i) => (z > 0 ? 1 : 0) !== tags[i]).length,
);
const text = "ab<cd>e<f";
const marks = step(engine, () => {
  const ids = Array.from(text, (symbol) => SYMBOLS.indexOf(symbol));
  return Array.from(scores(ids, Packing.uniform(1, ids.length)).toArray(), (z) => (z > 0 ? "^" : ".")).join("");
});
console.log(`${text} -> ${marks}`);
console.log(`wrong tags: ${wrong} of ${packing.rows}`);
