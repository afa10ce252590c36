/**
 * What options of cells, unequal lengths and vanishing gradients cost: `node bench/cells.mjs [SECONDS]` after
 * `npm run build`, pinned to one core (`taskset -c 0`). Pairs are timed in turn, a step each; the least time counts.
 */
import { gru, lstm, minGru, rnn } from "../dist/index.js";
import { leastSeconds, trainedNetwork } from "./network.mjs";

const SECONDS = Number(process.argv[2] ?? 2);
const full = (steps, batch = 32) => Array.from({ length: batch }, () => steps);
const W_S = { hidden: 128, lengths: full(64) };
let short = 0;

/** Times a network beside the one it is held against and prints a row. */
function compare(name, own, plain, { least, most, measure }) {
  const networks = [trainedNetwork(own), trainedNetwork(plain)];
  const seconds = leastSeconds(networks, SECONDS / 2);
  const [a, b] = networks.map(({ tokens, flopPerToken }, i) => ({
    tokens: tokens / seconds[i],
    gflops: (tokens * flopPerToken) / seconds[i] / 1e9,
    flop: flopPerToken,
    seconds: seconds[i],
  }));
  const ratio = measure(a, b);
  const isRight = most === undefined ? ratio >= least : ratio <= most;
  if (!isRight) short++;
  const asked = most === undefined ? `>= ${least}x` : `<= ${most}x`;
  const thousands = (rate) => Math.round(rate).toLocaleString("en-US");
  const cells = [
    name,
    thousands(a.tokens),
    a.gflops.toFixed(1),
    thousands(a.flop),
    thousands(b.tokens),
    b.gflops.toFixed(1),
  ];
  console.log(`| ${[...cells, thousands(b.flop), `${ratio.toFixed(2)}x`, asked].join(" | ")} |`);
}

const gflops = (a, b) => a.gflops / b.gflops;
const tokens = (a, b) => a.tokens / b.tokens;
const time = (a, b) => a.seconds / b.seconds;

console.log("| | tokens/s | GFLOP/s | FLOP a token | beside: tokens/s | GFLOP/s | FLOP a token | ratio | asked |");
console.log(`|---|${"---:|".repeat(8)}`);
const option = { least: 0.8, measure: gflops };
compare("lstm, peepholes", { ...W_S, cell: lstm({ peepholes: true }) }, { ...W_S, cell: lstm() }, option);
compare("lstm, layer norm", { ...W_S, cell: lstm({ layerNorm: true }) }, { ...W_S, cell: lstm() }, option);
compare(
  "lstm, variational dropout",
  { ...W_S, cell: lstm({ recurrentDropout: 0.2 }), dropout: true },
  { ...W_S, cell: lstm() },
  option,
);
compare("lstm, projection to 64", { ...W_S, cell: lstm({ projection: 64 }) }, { ...W_S, cell: lstm() }, option);
compare("gru, reset before", { ...W_S, cell: gru({ reset: "before" }) }, { ...W_S, cell: gru() }, option);
const long = { hidden: 128, lengths: full(1024) };
const wide = { hidden: 256, dense: 256, lengths: full(1024) };
compare(
  "minGru beside gru, T 1,024, one-hot 64, H 128",
  { ...long, cell: minGru() },
  { ...long, cell: gru() },
  { least: 3.5, measure: tokens },
);
compare(
  "minGru beside gru, T 1,024, dense x 256, H 256",
  { ...wide, cell: minGru() },
  { ...wide, cell: gru() },
  { least: 2.2, measure: tokens },
);
const uneven = Array.from({ length: 32 }, (_, b) => 1 + Math.floor((b * 64) / 32) + (b % 2));
compare(
  "lengths uniform on 1 to T beside full ones",
  { ...W_S, cell: lstm(), lengths: uneven },
  { ...W_S, cell: lstm() },
  { least: 0.85, measure: tokens },
);
const vanishing = { hidden: 128, lengths: full(1000, 8) };
for (const [name, cell] of [
  ["lstm", lstm()],
  ["gru", gru()],
  ["rnn", rnn()],
]) {
  for (const lossScale of [1e-27, 1e-35]) {
    compare(
      `${name}, 1,000 steps of gradients of about ${lossScale / 1000}, beside plain ones`,
      { ...vanishing, cell, lossScale },
      { ...vanishing, cell },
      { most: 1.1, measure: time },
    );
  }
}
console.log(short === 0 ? "\nall as asked" : `\n${short} not as asked`);
