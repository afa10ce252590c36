/**
 * Spoken digits to words, from the wav files of the free spoken digit dataset, named DIGIT_SPEAKER_TAKE.wav; takes 0 and 1
 * of all speakers are the test part.
 *
 *     npm run example -- spoken-digits RECORDINGS                       seed 1, 80 epochs, 240 sentences
 *     npm run example -- spoken-digits RECORDINGS --seed 2 --epochs 40 --sentences 240
 *
 * Beside the single digits it trains on sentences of 3 to 6 digits, joined from the training clips of one speaker, and is
 * tested on 200 that are joined from the test clips.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "recurra";
import { readWav, type TranscribedClip } from "recurra/data";
import { wordErrorRate } from "recurra/metrics";
import { trainTranscriber } from "recurra/tasks";

const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const TEST_SENTENCES = 200;
/** Prefixes of the search, the task's default. */
const BEAM = 8;

interface Digit extends TranscribedClip {
  readonly speaker: string;
  readonly take: number;
}

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.log(
    "usage: npm run example -- spoken-digits RECORDINGS [--seed N] [--epochs N] [--sentences N] [--dropout SHARE]",
  );
  process.exit();
}
const [seed, epochs, sentences] = [argument("--seed", 1), argument("--epochs", 80), argument("--sentences", 240)];

function readDigits(path: string): Digit[] {
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const [, digit, speaker, take] = /^(\d)_(\w+)_(\d+)\.wav$/.exec(name) ?? [];
      if (digit === undefined || speaker === undefined) return [];
      const transcript = WORDS[Number(digit)] ?? "";
      return [
        { ...readWav(readFileSync(join(path, name)), name), where: name, transcript, speaker, take: Number(take) },
      ];
    });
}

/** Sentences of 3 to 6 digits, each joined from clips of one speaker. */
function join3to6(digits: readonly Digit[], count: number, purpose: string): TranscribedClip[] {
  const random = new Random(seed, purpose);
  const speakers = [...new Set(digits.map(({ speaker }) => speaker))].sort();
  return Array.from({ length: count }, (_, i) => {
    const speaker = speakers[random.integer(8 * i, speakers.length)];
    const own = digits.filter((digit) => digit.speaker === speaker);
    const words = Array.from({ length: 3 + random.integer(8 * i + 1, 4) }, (_, j) => {
      return own[random.integer(8 * i + 2 + j, own.length)] as Digit;
    });
    const samples = Float32Array.from(words.flatMap((word) => [...word.samples]));
    const transcript = words.map((word) => word.transcript).join(" ");
    return { samples, sampleRateHz: 8000, where: `${purpose} ${i + 1}`, transcript };
  });
}

const digits = readDigits(folder);
const [testDigits, trainDigits] = [digits.filter(({ take }) => take < 2), digits.filter(({ take }) => take >= 2)];
const testSentences = join3to6(testDigits, TEST_SENTENCES, "test sentences");
const train = [...trainDigits, ...join3to6(trainDigits, sentences, "training sentences")];
console.log(
  `${trainDigits.length} digits and ${sentences} sentences to train on, ${testDigits.length} and ${TEST_SENTENCES} to test on`,
);

const started = performance.now();
// It is evaluated once, at the end, where the schedule ends too: the test part chooses nothing.
const updates = epochs * Math.ceil(train.length / 16);
const run = trainTranscriber(
  train,
  { epochs, seed, evaluateEvery: updates, dropout: argument("--dropout", 0.3) },
  { valid: testDigits },
);
const model = await run.model;
const seconds = (performance.now() - started) / 1000;

const wordErrors = (test: readonly TranscribedClip[], beamSize: number): number => {
  const outputs = model.predictMany(test, { beamSize }).map(({ output }) => output);
  return wordErrorRate(
    outputs,
    test.map(({ transcript }) => transcript),
  );
};
const reached = wordErrors(testDigits, BEAM);
for (const [name, rate] of [
  ["digits", reached],
  ["digits, best path", wordErrors(testDigits, 1)],
  ["sentences", wordErrors(testSentences, BEAM)],
  ["sentences, best path", wordErrors(testSentences, 1)],
] as const) {
  console.log(`${name}: word error rate ${rate.toFixed(4)}`);
}
for (const { name, metrics } of (await run.summary).baselines) {
  const rate = metrics.wordErrorRate ?? 1;
  console.log(`digits, ${name}: word error rate ${rate.toFixed(4)}`);
  if (reached >= rate) console.log(`The model does not beat the ${name}.`);
}
console.log(`${seconds.toFixed(0)} seconds of training, seed ${seed}`);
