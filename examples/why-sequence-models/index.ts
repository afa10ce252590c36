/**
 * Why sequence models: a standard network has weights of its own for every position, so that what it learns at one place
 * it does not know at another. Both networks learn to tell "ab" from "ba" among other letters, seen in the first half of
 * the positions alone; a recurrent network of as many parameters then knows it everywhere. Texts have unequal lengths;
 * the standard network sees nothing behind a text's end.
 */
import {
  Adam,
  binaryCrossEntropy,
  Dense,
  defaultEngine,
  elementwise,
  Indices,
  Packing,
  type Parameter,
  Random,
  Recurrent,
  step,
  Tensor,
  tanh,
} from "recurra";
import { rnn } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const [LETTERS, T, B] = [6, 12, 64]; // a, b and four others
const SEEN = 6; // places at which training shows the pair: 0 to 5 of 11

const engine = defaultEngine();

/** Texts of unequal lengths with the pair at one of their places, and whether it is "ab". */
interface Texts {
  /** [B, T]; what stands behind a text's end is -1. */
  readonly letters: Int32Array;
  readonly lengths: Int32Array;
  readonly labels: Float32Array;
}

function texts(purpose: string, placeOf: (b: number, random: Random) => number): Texts {
  const random = new Random(1, purpose);
  const letters = new Int32Array(B * T).map((_, i) => 2 + random.integer(i, LETTERS - 2));
  const labels = Float32Array.from({ length: B }, (_, b) => random.integer(B * T + b, 2));
  const lengths = Int32Array.from(labels, (label, b) => {
    const place = placeOf(b, random);
    const length = place + 2 + random.integer(B * T + 2 * B + b, T - place - 1);
    letters[b * T + place] = label === 1 ? 0 : 1;
    letters[b * T + place + 1] = label === 1 ? 1 : 0;
    letters.fill(-1, b * T + length, (b + 1) * T);
    return length;
  });
  return { letters, lengths, labels };
}

interface Network {
  readonly parameters: readonly Parameter[];
  /** The score of each text, [B, 1]. */
  scores(texts: Texts): Tensor;
}

const bent = elementwise((x) => tanh(x));
const hidden = new Dense({ engine, name: "hidden", inputSize: T * LETTERS, outputSize: 5, seed: 1 });
const last = new Dense({ engine, name: "last", inputSize: 5, outputSize: 1, seed: 1 });
const dense: Network = {
  parameters: [...hidden.parameters, ...last.parameters],
  scores({ letters }) {
    const oneHot = new Float32Array(B * T * LETTERS); // [B, T · LETTERS]: every position has weights of its own
    letters.forEach((letter, i) => {
      if (letter >= 0) oneHot[i * LETTERS + letter] = 1;
    });
    return last.run(bent(hidden.run(Tensor.from(engine, B, T * LETTERS, oneHot))));
  },
};

const layer = new Recurrent({ engine, name: "rnn", cell: rnn(), inputSize: LETTERS, hiddenSize: 16, seed: 1 });
const top = new Dense({ engine, name: "top", inputSize: 16, outputSize: 1, seed: 1 });
const recurrent: Network = {
  parameters: [...layer.parameters, ...top.parameters],
  scores({ letters, lengths }) {
    const packing = new Packing(lengths);
    const padded = Array.from(lengths).flatMap((_, b) => [...letters.subarray(b * T, b * T + packing.steps)]);
    const x = Indices.from(engine, packing.pack(padded, 1), LETTERS); // one-hot, looked up
    return top.run(layer.run(x, packing).last());
  },
};

/** Trains at the places seen and returns the share of right answers at each place, in percent. */
function accuracies(network: Network): number[] {
  const trainer = new Trainer({
    optimizer: new Adam(network.parameters),
    schedule: constantSchedule(0.01),
    clipNorm: 1,
    forward(k) {
      const batch = texts(`batch ${k}`, (b, random) => random.integer(B * T + B + b, SEEN));
      return { loss: binaryCrossEntropy(network.scores(batch), Tensor.from(engine, B, 1, batch.labels)), tokens: B };
    },
  });
  for (let k = 0; k < 600; k++) trainer.update();
  return Array.from({ length: T - 1 }, (_, place) => {
    let right = 0;
    for (let k = 0; k < 4; k++) {
      const batch = texts(`test ${place} ${k}`, () => place);
      const scores = step(engine, () => network.scores(batch).toArray());
      right += scores.filter((z, b) => z > 0 === (batch.labels[b] === 1)).length;
    }
    return (100 * right) / (4 * B);
  });
}

const sizeOf = (network: Network): number => network.parameters.reduce((total, p) => total + p.size, 0);
const [fixed, moving] = [accuracies(dense), accuracies(recurrent)];
const mean = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0) / values.length;
console.log(`dense: ${sizeOf(dense)} parameters, recurrent: ${sizeOf(recurrent)}`);
console.log("place  dense  recurrent (percent right)");
fixed.forEach((value, place) => {
  const seen = place < SEEN ? "" : "  not seen in training";
  console.log(
    `${`${place}`.padStart(5)}${value.toFixed(0).padStart(7)}${moving[place]!.toFixed(0).padStart(11)}${seen}`,
  );
});
console.log(`dense, wrong at places seen (percent): ${(100 - mean(fixed.slice(0, SEEN))).toFixed(1)}`);
console.log(`dense, right at places not seen (percent): ${mean(fixed.slice(SEEN)).toFixed(1)}`);
console.log(`recurrent, wrong at places not seen (percent): ${(100 - mean(moving.slice(SEEN))).toFixed(1)}`);
