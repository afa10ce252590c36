/** Prints one hash of what every built-in cell learns with so many threads, for runtimes to be compared. */
import { createHash } from "node:crypto";
import { defaultEngine } from "../../dist/index.js";
import { cellCount, smallWeights } from "./small-weights.mjs";

const engine = defaultEngine();
engine.threads = Number(process.argv[2] ?? 1);
let running = 1;
const weights = await smallWeights(() => {
  running = Math.max(running, engine.runningThreads);
});
engine.close();
if (running !== engine.threads) throw new Error(`train-small: expected ${engine.threads} threads, got ${running}.`);
console.log(JSON.stringify({ cells: cellCount, sha256: createHash("sha256").update(weights).digest("hex") }));
