/**
 * Each base of a DNA sequence is given a tag: 1 where it codes for a protein, 0 where it does not. The sequences are made:
 * a coding stretch begins with ATG, goes on in codons that favour some bases in each of their three places, and ends with
 * the first stop codon; the bases between are drawn without such an order.
 *
 *     npm run example -- coding-bases
 */
import { Random } from "recurra";
import { type TrainingSentence, trainTagger } from "recurra/tasks";

const STOPS = ["TAA", "TAG", "TGA"];
/** Shares of A, C, G and T: between the stretches, and in each place of a codon. */
const BETWEEN = [0.3, 0.2, 0.2, 0.3];
const CODON = [
  [0.25, 0.2, 0.4, 0.15],
  [0.35, 0.25, 0.15, 0.25],
  [0.1, 0.4, 0.4, 0.1],
];
const random = new Random(1, "bases");
let lots = 0;

function base(shares: readonly number[]): string {
  const lot = random.uniform(lots++);
  const upTo = shares.map((_, i) => shares.slice(0, i + 1).reduce((sum, share) => sum + share));
  return "ACGT"[upTo.findIndex((share) => lot < share)] ?? "T";
}

/** A codon that is no stop. */
function codon(): string {
  const bases = CODON.map(base).join("");
  return STOPS.includes(bases) ? codon() : bases;
}

/** A stretch of `codons` codons between ATG and a stop. */
function coding(codons: number): string {
  const inside = Array.from({ length: codons }, codon).join("");
  return `ATG${inside}${STOPS[random.integer(lots++, 3)]}`;
}

function between(): string {
  return Array.from({ length: 10 + random.integer(lots++, 30) }, () => base(BETWEEN)).join("");
}

/** Bases with a tag each: none, one or two coding stretches. */
function sequence(): TrainingSentence {
  let [bases, tags] = [between(), ""];
  const stretches = random.integer(lots++, 3);
  for (let n = 0; n < stretches; n++) {
    tags = tags.padEnd(bases.length, "0");
    bases += coding(8 + random.integer(lots++, 17));
    tags = tags.padEnd(bases.length, "1");
    bases += between();
  }
  return { tokens: [...bases], tags: [...tags.padEnd(bases.length, "0")] };
}

const sequences = Array.from({ length: 500 }, sequence);
const [test, train] = [sequences.slice(0, 100), sequences.slice(100)];
console.log(`${train.length} sequences to train on, ${test.length} others to test on`);
const options = { unit: "char", output: "crf", hiddenSize: 32, embeddingSize: 8, dropout: 0 } as const;
const run = trainTagger(train, { ...options, batchSize: 8, learningRate: 0.01, epochs: 16 }, { valid: test });
const { valid, baselines } = await run.summary;
for (const { name, metrics } of [{ name: "the model", metrics: valid }, ...baselines]) {
  console.log(`wrong of 100 bases, ${name}: ${(100 * (1 - metrics.tokenAccuracy!)).toFixed(1)}`);
}

// a sequence with a stretch in it
const { tokens, tags } = test.find((one) => one.tags.includes("1") && one.tokens.length < 110)!;
const answer = (await run.model).predict(tokens);
console.log(`x  ${tokens.join("")}`);
console.log(`y  ${tags.join("")}`);
console.log(`ŷ  ${answer.tags.join("")}`);
