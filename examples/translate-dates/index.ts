/**
 * A translator turns dates as people write them into ISO 8601, a character at a time, with attention.
 *
 *     npm run example -- translate-dates                       a small one, English only, in seconds
 *     npm run example -- translate-dates --write DIR           20,000 pairs in eight languages: train.tsv and test.tsv
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainTranslator } from "recurra/tasks";
import { type DatePair, datePairs } from "./date-pairs.ts";

const [flag, directory, seed = "1"] = process.argv.slice(2);
if (flag === "--write" && directory !== undefined) write(directory, datePairs(20_000, Number(seed)));
else await learn();

/** A tenth to test on; no writing is on both sides, since none stands twice. */
function write(folder: string, pairs: readonly DatePair[]): void {
  const lines = pairs.map(({ source, target }) => `${source}\t${target}\n`);
  const tests = Math.round(lines.length / 10);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "test.tsv"), lines.slice(0, tests).join(""));
  writeFileSync(join(folder, "train.tsv"), lines.slice(tests).join(""));
  console.log(`${lines.length - tests} pairs to train on and ${tests} to test on in ${folder}`);
}

async function learn(): Promise<void> {
  const pairs = datePairs(3000, 1, ["en-GB"]);
  const [test, train] = [pairs.slice(0, 300), pairs.slice(300)];
  const model = await trainTranslator(train, {
    hiddenSize: 64,
    embeddingSize: 16,
    batchSize: 32,
    learningRate: 0.005,
    epochs: 6,
    validFraction: 0.02,
    seed: 1,
  }).model;

  const { output, attention, sourceTokens, targetTokens } = model.predict("Saturday, May 5th 1979");
  console.log(`Saturday, May 5th 1979 -> ${output}`);
  const translations = model.predictMany(test.map(({ source }) => source));
  const wrong = translations.filter((translation, i) => translation.output !== test[i]!.target).length;
  console.log(`wrong of 300 new writings: ${wrong}`);

  // where it looked for each character it wrote
  attention.forEach((weights, t) => {
    const most = weights.indexOf(Math.max(...weights));
    const before = sourceTokens.slice(0, most).join("");
    const after = sourceTokens.slice(most + 1).join("");
    console.log(`${targetTokens[t]!.padEnd(5)} ${before}[${sourceTokens[most]}]${after}`);
  });
}
