/**
 * The matrix product beside the processor's own peak, measured in the same run: `node bench/products.mjs` after
 * `npm run build`, pinned to one core (`taskset -c 0`).
 *
 * The peak is that of 128-bit multiply and then add with everything in registers; 25 GFLOP/s is asked of m = 1, and 88 %
 * of the peak of the rest.
 */
import { WasmEngine } from "../dist/engine/wasm/wasm-engine.js";
import { peakWork } from "./peaks.mjs";
import { medianOf } from "./summary.mjs";

const LEAST_SHARE = 0.88;
const LEAST_SINGLE_ROW = 25;
const ROUNDS = 9;
const ROUND_MS = 20;

/** n x k of the workloads: the state and output products of W-S, W-S-GRU, W-S-RNN, W-M, W-L and W-BI, forward and back. */
const SHAPES = [
  [512, 128],
  [384, 128],
  [128, 128],
  [128, 512],
  [128, 384],
  [1024, 256],
  [256, 1024],
  [2048, 512],
  [512, 2048],
  [2048, 256],
  [512, 64],
  [64, 128],
  [96, 256],
  [5000, 512],
  [512, 5000],
];

/** GFLOP/s over one round. */
function roundOf({ run, flop }) {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < ROUND_MS) {
    run();
    calls++;
  }
  return (flop * calls) / (performance.now() - start) / 1e6;
}

/** Rounds of the work and of the peak in turn: the medians of the work's GFLOP/s and of its share of the peak beside it. */
function besidePeak(work) {
  roundOf(work);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const own = roundOf(work);
    return { own, share: own / roundOf(peak) };
  });
  return { rate: medianOf(rounds.map(({ own }) => own)), share: medianOf(rounds.map(({ share }) => share)) };
}

const engine = new WasmEngine();
const random = (count) => Float32Array.from({ length: count }, (_, i) => ((i * 2654435761) % 1000) / 1000 - 0.5);

function measure(m, n, k) {
  const mark = engine.arena.mark();
  const a = engine.arena.allocate(m * k);
  const b = engine.arena.allocate(k * n);
  const packed = engine.arena.allocate(engine.packedSize(k, n));
  const c = engine.arena.allocate(m * n);
  engine.write(a, random(m * k));
  engine.write(b, random(k * n));
  engine.pack(k, n, b, n, false, packed);
  const zeros = engine.zeros(n);
  const run = () => engine.productPacked(m, n, k, a, k, packed, c, n, zeros, 0);
  const measured = besidePeak({ run, flop: 2 * m * n * k });
  engine.arena.release(mark);
  return measured;
}

const peak = peakWork();
for (let i = 0; i < 5; i++) roundOf(peak);
const top = medianOf(Array.from({ length: ROUNDS }, () => roundOf(peak)));
console.log(`peak of 128-bit multiply and add, one core: ${top.toFixed(1)} GFLOP/s (Node ${process.version})`);
console.log("each product in turn with the peak, medians of the rounds\n");
console.log("| m | n | k | GFLOP/s | of the peak |\n|---:|---:|---:|---:|---:|");
let short = 0;
const show = (m, n, k, { rate, share }, right) => {
  if (!right) short++;
  console.log(`| ${m} | ${n} | ${k} | ${rate.toFixed(1)} | ${(100 * share).toFixed(0)} % |`);
};
for (const [m, n, k] of [[2048, 512, 128], ...[16, 32].flatMap((rows) => SHAPES.map(([n, k]) => [rows, n, k]))]) {
  const measured = measure(m, n, k);
  show(m, n, k, measured, measured.share >= LEAST_SHARE);
}
for (const [n, k] of [
  [1024, 256],
  [256, 1024],
  [512, 128],
]) {
  const measured = measure(1, n, k);
  show(1, n, k, measured, measured.rate >= LEAST_SINGLE_ROW);
}
console.log(short === 0 ? "\nall as asked" : `\n${short} below what is asked (88 % of the peak; 25 GFLOP/s for m = 1)`);
