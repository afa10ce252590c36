/** Trains a character model on a rhyme, lets it go on with a line, and writes a verse of its own. */
import { trainLanguageModel } from "recurra/tasks";

/** What each verse of "The House That Jack Built" adds to those before. */
const ADDED = [
  "house that Jack built.",
  "malt\nthat lay in the",
  "rat\nthat ate the",
  "cat\nthat killed the",
  "dog\nthat worried the",
  "cow with the crumpled horn\nthat tossed the",
  "maiden all forlorn\nthat milked the",
  "man all tattered and torn\nthat kissed the",
  "priest all shaven and shorn\nthat married the",
  "cock that crowed in the morn\nthat waked the",
];
const verses = ADDED.map(
  (_, i) =>
    `This is the ${ADDED.slice(0, i + 1)
      .reverse()
      .join(" ")}\n`,
);
const text = verses.join("\n");

const run = trainLanguageModel(text, {
  cell: "lstm",
  hiddenSize: 48,
  batchSize: 4,
  bptt: 32,
  steps: 400,
  learningRate: 0.01,
  seed: 1,
});
const model = await run.model;
const { parameters, valid, baselines } = await run.summary;

/** What the model writes after the prompt, up to `end`. */
async function write(prompt: string, temperature: number, end: string): Promise<string> {
  let written = prompt;
  for await (const piece of model.sample({ prompt, temperature, length: 400, seed: 1 })) {
    written += piece;
    if (written.endsWith(end)) break;
  }
  return written.trimEnd();
}

console.log(await write("that lay in the house ", 0, "\n"));
console.log(`\nA verse at temperature 0.7, learned from ${text.length} characters with ${parameters} parameters:\n`);
console.log((await write("This is the c", 0.7, "\n\n")).replace(/^/gm, "  "));
console.log("");
for (const { name, metrics } of baselines) console.log(`bits a character, ${name}: ${metrics.bitsPerChar?.toFixed(3)}`);
console.log(`final bits a character: ${valid.bitsPerChar?.toFixed(3)}`);
