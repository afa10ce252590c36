#!/usr/bin/env node
/**
 * What reports, the async iterator and the turns given to the event loop cost: the share of a run's time that is not spent
 * in updates, on the network of W-S and on a small one whose updates are short. Another program may take the processor in
 * a turn, so the least of some runs counts.
 *
 *     npm run build && node bench/progress.mjs
 */
import { trainLanguageModel } from "../dist/tasks/index.js";

const RUNS = 7;
const SECONDS = 1.5;
const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(2000);

/** The share of one run, per cent. Validation has its own time: there is none but the last, which is left out. */
async function shareOutsideUpdates(sizes) {
  const options = { ...sizes, threads: 1, minutes: SECONDS / 60, evaluateEvery: 1_000_000 };
  let last;
  for await (const report of trainLanguageModel(text, options)) {
    if (report.valid !== undefined) break;
    last = report;
  }
  const training = last.tokens / last.tokensPerSecond;
  return (100 * (last.elapsedSeconds - training)) / last.elapsedSeconds;
}

for (const [name, sizes] of [
  ["W-S", { hiddenSize: 128, batchSize: 32, bptt: 64 }],
  ["small", { hiddenSize: 32, batchSize: 8, bptt: 16 }],
]) {
  const shares = [];
  for (let run = 0; run < RUNS; run++) shares.push(await shareOutsideUpdates(sizes));
  shares.sort((a, b) => a - b);
  console.log(
    `${name}: ${shares[0].toFixed(2)} % of the time outside updates, median ${shares[RUNS >> 1].toFixed(2)} %`,
  );
}
