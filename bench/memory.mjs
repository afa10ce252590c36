/**
 * The resident size over 10,000 training steps: `node --expose-gc bench/memory.mjs` after `npm run build`.
 *
 * Median of steps 9,000 to 10,000 against that of 1,000 to 2,000, each sample after a garbage collection; growth below
 * 2 % or 4 MB is asked.
 */
import { trainLanguageModel } from "../dist/tasks/index.js";

if (globalThis.gc === undefined) {
  console.error("memory: expected gc() to be callable, got none. Run it as node --expose-gc bench/memory.mjs.");
  process.exit(2);
}

const line = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const STEPS = 10_000;
const EVERY = 20;
const samples = new Map([
  ["first", []],
  ["last", []],
]);
const run = trainLanguageModel(line.repeat(400), {
  cell: "lstm",
  hiddenSize: 32,
  layers: 2,
  batchSize: 8,
  bptt: 16,
  steps: STEPS,
  evaluateEvery: EVERY,
  validFraction: 0.01,
});
for await (const { step } of run) {
  const place = step > 1000 && step <= 2000 ? "first" : step > 9000 ? "last" : undefined;
  if (place === undefined) continue;
  globalThis.gc();
  samples.get(place).push(process.memoryUsage().rss);
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const [first, last] = ["first", "last"].map((place) => median(samples.get(place)));
const growth = last - first;
const percent = (100 * growth) / first;
const size = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
console.log(`steps 1,000 to 2,000: ${size(first)}; steps 9,000 to 10,000: ${size(last)}`);
console.log(`growth ${size(growth)}, ${percent.toFixed(2)} %`);
if (growth > 4 * 2 ** 20 && percent > 2) process.exitCode = 1;
