/**
 * A bidirectional tagger over sequences of unequal lengths: each step is tagged with whether its number is the largest of
 * its whole sequence. What stands in padded steps changes nothing, and neither do the other sequences of the batch.
 */
import {
  Adam,
  Bidirectional,
  crossEntropy,
  Dense,
  defaultEngine,
  Indices,
  Packing,
  Random,
  step,
  sum,
  Tensor,
} from "recurra";
import { gru } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const engine = defaultEngine();
const [B, TAGS] = [16, 2];
const tagger = new Bidirectional({ engine, name: "rnn", cell: gru(), inputSize: 1, hiddenSize: 16, seed: 1 });
const dense = new Dense({ engine, name: "tags", inputSize: tagger.outputSize, outputSize: TAGS, seed: 1 });
const run = (x: Tensor, packing: Packing): Tensor => dense.run(tagger.run(x, packing).output);

/** A padded batch, [B, Tx, 1] and [B, Tx], with `padding` in the steps that are none. */
function batch(index: number, padding: number) {
  const random = new Random(1, `batch ${index}`);
  const lengths = Array.from({ length: B }, (_, b) => 2 + random.integer(b, 9));
  const Tx = Math.max(...lengths);
  const values = new Float32Array(B * Tx).fill(padding);
  const tags = new Int32Array(B * Tx);
  lengths.forEach((length, b) => {
    const row = values.subarray(b * Tx, b * Tx + length);
    for (let t = 0; t < length; t++) row[t] = 2 * random.uniform(b * Tx + t) - 1;
    tags[b * Tx + row.indexOf(Math.max(...row))] = 1;
  });
  return { lengths, Tx, values, tags };
}

const trainer = new Trainer({
  optimizer: new Adam([...tagger.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.01),
  clipNorm: 1,
  forward(index) {
    const { lengths, values, tags } = batch(index, 0);
    const packing = new Packing(lengths);
    const x = Tensor.from(engine, packing.rows, 1, packing.pack(values, 1));
    const losses = crossEntropy(run(x, packing), Indices.from(engine, packing.pack(tags, 1), TAGS));
    return { loss: sum(losses, 1 / losses.rows), tokens: losses.rows };
  },
});
let loss = 0;
for (let i = 0; i < 300; i++) loss = trainer.update().lossNats;

/** The scores of a padded batch, [B, Tx, TAGS]; padded steps are 0. */
function scoresOf(lengths: readonly number[], values: Float32Array): Float64Array {
  const packing = new Packing(lengths);
  return step(engine, () => {
    const x = Tensor.from(engine, packing.rows, 1, packing.pack(values, 1));
    return packing.unpack(run(x, packing).toArray(), TAGS);
  });
}

// numbers that training did not see, with zeros and with NaN in the padding, and each sequence alone
const { lengths, Tx, values, tags } = batch(1_000_000, 0);
const scores = scoresOf(lengths, values);
const padded = scoresOf(lengths, batch(1_000_000, Number.NaN).values);
const samePadded = scores.every((score, i) => Object.is(score, padded[i]));
const sameAlone = lengths.every((length, b) => {
  const alone = scoresOf([length], values.subarray(b * Tx, b * Tx + length));
  return alone.every((score, i) => Object.is(score, scores[b * Tx * TAGS + i]));
});
const rowsOf = lengths.flatMap((length, b) => Array.from({ length }, (_, t) => b * Tx + t));
const right = rowsOf.filter((i) => Number(scores[2 * i + 1]! > scores[2 * i]!) === tags[i]);

const changing = [samePadded ? "" : "padding", sameAlone ? "" : "the rest of the batch"].filter((what) => what !== "");
const unchanged = "Padding changes nothing, nor does the rest of the batch.";
console.log(changing.length === 0 ? unchanged : `The scores change with ${changing.join(" and ")}.`);
console.log(`tags that are wrong: ${rowsOf.length - right.length} of ${rowsOf.length}`);
console.log(`final loss: ${loss.toFixed(4)}`);
