/**
 * Whether sampling holds its memory: the resident size over 1,000,000 sampled characters.
 *
 *     npm run build && node --expose-gc bench/sampling-memory.mjs [characters]
 *
 * A small character model writes one text of that length, the state carried one step at a time; a line every tenth, each
 * after a garbage collection. Growth from the second tenth on (the first is the runtime's own warming up) below 2 % or 4 MB
 * is asked.
 */
import { trainLanguageModel } from "../dist/tasks/index.js";

const characters = Number(process.argv[2] ?? 1_000_000);
const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(100);
const model = await trainLanguageModel(text, { hiddenSize: 64, steps: 100, seed: 1 }).model;

const residentMiB = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
};

const tenth = characters / 10;
const started = performance.now();
let written = 0;
const sizes = [];
for await (const piece of model.sample({ length: characters, temperature: 0.8, seed: 1 })) {
  written += piece.length;
  if (written % tenth !== 0) continue;
  sizes.push(residentMiB());
  console.log(`${written.toLocaleString("en").padStart(9)} characters  ${sizes.at(-1).toFixed(2)} MiB`);
}
const seconds = (performance.now() - started) / 1000;
const growth = sizes.at(-1) - sizes[1];
const percent = (100 * growth) / sizes[1];
console.log(
  `from the second tenth on: ${growth.toFixed(2)} MiB (${percent.toFixed(1)} %); ${Math.round(characters / seconds).toLocaleString("en")} characters a second`,
);
if (growth > 4 && percent > 2) process.exitCode = 1;
