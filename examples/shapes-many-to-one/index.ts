/**
 * Many to one: x⟨1⟩ … x⟨Tx⟩ -> ŷ. A review is good or bad by its words; "not" turns the next word round. The answer is
 * read off each review's own last state.
 */
import {
  Adam,
  binaryCrossEntropy,
  Dense,
  defaultEngine,
  Embedding,
  Indices,
  Packing,
  Random,
  Recurrent,
  step,
  Tensor,
} from "recurra";
import { gru } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const WORDS = ["not", "good", "great", "bad", "dull", "the", "film", "was"];
const VALUES = [0, 1, 1, -1, -1, 0, 0, 0];

/** Reviews of 3 to 12 words, and whether they are good on the whole; undecided ones are left out. */
function reviews(count: number, purpose: string): { words: number[][]; labels: number[] } {
  const random = new Random(1, purpose);
  const words: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; words.length < count; i++) {
    const length = 3 + random.integer(16 * i, 10);
    const review = Array.from({ length }, (_, t) => random.integer(16 * i + 1 + t, WORDS.length));
    const score = review.reduce((total, word, t) => total + (review[t - 1] === 0 ? -1 : 1) * VALUES[word]!, 0);
    if (score === 0) continue;
    words.push(review);
    labels.push(score > 0 ? 1 : 0);
  }
  return { words, labels };
}

const engine = defaultEngine();
const embedding = new Embedding({ engine, name: "words", vocabularySize: WORDS.length, size: 8, seed: 1 });
const layer = new Recurrent({ engine, name: "rnn", cell: gru(), inputSize: 8, hiddenSize: 16, seed: 1 });
const dense = new Dense({ engine, name: "dense", inputSize: 16, outputSize: 1, seed: 1 });

/** The score of each review, [B, 1]; a review has as many steps as words. */
function scores(words: readonly number[][]): Tensor {
  const packing = new Packing(words.map((review) => review.length));
  const padded = words.flatMap((review) => Array.from({ length: packing.steps }, (_, t) => review[t] ?? 0)); // [B, Tx]
  const x = embedding.run(Indices.from(engine, packing.pack(padded, 1), WORDS.length));
  return dense.run(layer.run(x, packing).last());
}

const trainer = new Trainer({
  optimizer: new Adam([...embedding.parameters, ...layer.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.01),
  clipNorm: 1,
  forward(k) {
    const { words, labels } = reviews(32, `batch ${k}`);
    return { loss: binaryCrossEntropy(scores(words), Tensor.from(engine, 32, 1, labels)), tokens: 32 };
  },
});
for (let k = 0; k < 400; k++) trainer.update();

const { words, labels } = reviews(500, "test");
const right = step(
  engine,
  () =>
    scores(words)
      .toArray()
      .filter((z, b) => z > 0 === (labels[b] === 1)).length,
);
const verdict = (text: string): string => {
  const review = text.split(" ").map((word) => WORDS.indexOf(word));
  return step(engine, () => (scores([review]).item() > 0 ? "good" : "bad"));
};
console.log(["the film was not bad", "the film was not great"].map((text) => `${text}: ${verdict(text)}`).join("; "));
console.log(`wrong of 500 new reviews: ${500 - right}`);
