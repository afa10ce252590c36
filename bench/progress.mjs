#!/usr/bin/env node
/**
 * What reports, the async iterator and the turns given to the event loop cost: the share of a run's time that is not spent
 * in updates, on the network of W-S and on a small one whose updates are short.
 *
 *     npm run build && node bench/progress.mjs
 */
import { trainLanguageModel } from "../dist/tasks/index.js";

const SECONDS = 8;
const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(2000);

for (const [name, sizes] of [
  ["W-S", { hiddenSize: 128, batchSize: 32, bptt: 64 }],
  ["small", { hiddenSize: 32, batchSize: 8, bptt: 16 }],
]) {
  // validation has its own time: none but the last
  const options = { ...sizes, threads: 1, minutes: SECONDS / 60, evaluateEvery: 1_000_000 };
  let reports = 0;
  let last;
  for await (const report of trainLanguageModel(text, options)) {
    if (report.valid !== undefined) break;
    reports++;
    last = report;
  }
  const training = last.tokens / last.tokensPerSecond;
  const share = (100 * (last.elapsedSeconds - training)) / last.elapsedSeconds;
  console.log(
    `${name}: ${last.step} updates, ${reports} reports in ${last.elapsedSeconds.toFixed(1)} s; ` +
      `${share.toFixed(2)} % of the time outside updates`,
  );
}
