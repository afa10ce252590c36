/**
 * Training with a vocabulary of 100,000 words: a plain soft-max with dense updates, and an adaptive one with sparse updates.
 *
 * `npm run build && node bench/vocabulary.mjs [WORDS [SECONDS]]`. The text is made: words of Zipf's frequencies, each
 * followed by one of a few of its own, so that there is something to learn.
 */
import { trainLanguageModel } from "../dist/tasks/index.js";

const words = Number(process.argv[2] ?? 100_000);
const seconds = Number(process.argv[3] ?? 30);
const COUNT = 20 * words;

/** A fixed stream of numbers from 0 to below 1. */
let state = 12345;
const uniform = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

/** Zipf's law: the k-th word comes up in proportion to 1 / k. */
const zipf = () => Math.min(words - 1, Math.floor(words ** uniform()) - 1);
const name = (id) => `w${id.toString(36)}`;
const parts = [];
for (let id = 0; id < words; id++) parts.push(name(id));
let word = 0;
while (parts.length < COUNT) {
  word = uniform() < 0.5 ? (word * 31 + 7) % words : zipf();
  parts.push(name(word));
}
const text = parts.join(" ");

for (const [title, options] of [
  ["plain soft-max, dense updates", {}],
  ["adaptive soft-max, sparse updates", { adaptiveSoftmax: true, sparseEmbedding: true }],
]) {
  const run = trainLanguageModel(text, {
    unit: "word",
    minCount: 1,
    vocabularySize: words + 2,
    hiddenSize: 128,
    embeddingSize: 64,
    batchSize: 32,
    bptt: 32,
    learningRate: 0.005,
    evaluateEvery: 1_000_000,
    validFraction: 0.001,
    minutes: seconds / 60,
    threads: 1,
    ...options,
  });
  let [first, last] = [Number.NaN, 0];
  let rate = 0;
  for await (const { lossNats, tokensPerSecond } of run) {
    if (Number.isNaN(first)) first = lossNats;
    [last, rate] = [lossNats, tokensPerSecond];
  }
  const { parameters, valid, baselines } = await run.summary;
  const resident = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  console.log(
    `${title}: ${rate.toFixed(0)} tokens/s, ${parameters.toLocaleString("en")} parameters, loss ${first.toFixed(2)} to ${last.toFixed(2)} nats,`,
    `validation ${valid.bitsPerToken.toFixed(2)} bits (${baselines.map((b) => `${b.name} ${b.metrics.bitsPerToken.toFixed(2)}`).join(", ")}), ${resident} MiB resident`,
  );
}
