/** Trains a character model on a few lines, samples from it, and scores a line it has not seen. */
import { trainLanguageModel } from "recurra/tasks";

const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(40);

const run = trainLanguageModel(text, {
  cell: "lstm",
  hiddenSize: 48,
  bptt: 32,
  steps: 300,
  learningRate: 0.01,
  seed: 1,
});
const model = await run.model;
const { valid, baselines } = await run.summary;

let sample = "";
for await (const piece of model.sample({ prompt: "the cats", length: 60, temperature: 0.5, seed: 1 })) sample += piece;

console.log(`the cats${sample}`.split("\n")[0]);
console.log(`validation: ${valid.bitsPerChar!.toFixed(3)} bits/char`);
for (const { name, metrics } of baselines) console.log(`  ${name}: ${metrics.bitsPerChar!.toFixed(3)}`);
