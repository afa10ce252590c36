/**
 * Encoder and decoder: x⟨1⟩ … x⟨Tx⟩ -> ŷ⟨1⟩ … ŷ⟨Ty⟩ of another length. The encoder's last states are the decoder's
 * first; the decoder then writes, fed with its own output, until it writes the end. It learns to turn words round.
 */
import {
  Adam,
  Dense,
  defaultEngine,
  Embedding,
  Indices,
  Packing,
  Random,
  Recurrent,
  type States,
  softmaxCrossEntropy,
  step,
  type Tensor,
} from "recurra";
import { lstm } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const LETTERS = "abcdef";
const END = LETTERS.length; // ends what the decoder writes, and begins what it reads
const SYMBOLS = LETTERS.length + 1;
const [LONGEST, B] = [5, 32];

const engine = defaultEngine();
const sizes = { inputSize: 12, hiddenSize: 48 };
const embedding = new Embedding({ engine, name: "letters", vocabularySize: SYMBOLS, size: 12, seed: 1 });
const encoder = new Recurrent({ engine, name: "encoder", cell: lstm(), ...sizes, seed: 1 });
const decoder = new Recurrent({ engine, name: "decoder", cell: lstm(), ...sizes, seed: 1 });
const dense = new Dense({ engine, name: "dense", inputSize: 48, outputSize: SYMBOLS, seed: 1 });

/** Symbols of sequences of unequal lengths, as the rows of their packing. */
function rows(sequences: readonly (readonly number[])[], packing: Packing): Indices {
  const padded = sequences.flatMap((each) => Array.from({ length: packing.steps }, (_, t) => each[t] ?? 0)); // [B, Tx]
  return Indices.from(engine, packing.pack(padded, 1), SYMBOLS);
}

/** The states after each word's own last letter, [B, 48] each. */
function encode(words: readonly (readonly number[])[]): States {
  const packing = new Packing(words.map((word) => word.length));
  const run = encoder.run(embedding.run(rows(words, packing)), packing);
  return new Map(["a", "c"].map((state) => [state, run.last(state)]));
}

const trainer = new Trainer({
  optimizer: new Adam([...embedding.parameters, ...encoder.parameters, ...decoder.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.01),
  clipNorm: 1,
  forward(k) {
    const words = randomWords(B, `batch ${k}`);
    const targets = words.map((word) => [...[...word].reverse(), END]);
    const inputs = targets.map((target) => [END, ...target.slice(0, -1)]);
    const packing = new Packing(targets.map((target) => target.length));
    const x = embedding.run(rows(inputs, packing));
    const { output } = decoder.run(x, packing, { initial: encode(words) });
    return { loss: softmaxCrossEntropy(dense.run(output), rows(targets, packing)), tokens: packing.rows };
  },
});

function randomWords(count: number, purpose: string): number[][] {
  const random = new Random(1, purpose);
  return Array.from({ length: count }, (_, b) => {
    const length = 1 + random.integer(8 * b, LONGEST);
    return Array.from({ length }, (_unused, t) => random.integer(8 * b + 1 + t, LETTERS.length));
  });
}

/** What the decoder writes for a word, letter after letter, until the end. */
function translate(word: readonly number[]): number[] {
  return step(engine, () => {
    const unroll = decoder.unroll(Packing.uniform(1, 2 * LONGEST), { initial: encode([word]) });
    const written: number[] = [];
    let last = END;
    while (written.length < 2 * LONGEST) {
      const scores: Tensor = dense.run(unroll.step(embedding.run(Indices.from(engine, [last], SYMBOLS))));
      const values = Array.from(scores.toArray());
      last = values.indexOf(Math.max(...values));
      if (last === END) break;
      written.push(last);
    }
    return written;
  });
}

for (let k = 0; k < 1000; k++) trainer.update();

const toWord = (text: string): number[] => Array.from(text, (letter) => LETTERS.indexOf(letter));
const toText = (word: readonly number[]): string => word.map((letter) => LETTERS[letter]).join("");
console.log(["face", "bed", "added"].map((text) => `${text} -> ${toText(translate(toWord(text)))}`).join(", "));
const test = randomWords(200, "test");
const wrong = test.filter((word) => toText(translate(word)) !== toText([...word].reverse())).length;
console.log(`wrong of 200 words: ${wrong}`);
