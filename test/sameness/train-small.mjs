/** Prints one hash of what every built-in cell learns, for runtimes to be compared: `[THREADS [KERNELS]]` change no byte. */
import { createHash } from "node:crypto";
import { engineWith } from "../../dist/index.js";
import { cellCount, smallWeights } from "./small-weights.mjs";

const [threads = "1", kernels = "default"] = process.argv.slice(2);
const engine = engineWith(kernels);
engine.threads = Number(threads);
let running = 1;
const weights = await smallWeights(() => {
  running = Math.max(running, engine.runningThreads);
}, kernels);
engine.close();
if (running !== engine.threads) throw new Error(`train-small: expected ${engine.threads} threads, got ${running}.`);
console.log(JSON.stringify({ cells: cellCount, sha256: createHash("sha256").update(weights).digest("hex") }));
