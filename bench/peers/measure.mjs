/** What every JavaScript peer does with its step: warm up, time single steps, check the loss, write one line of JSON. */
import { readFileSync } from "node:fs";
import { medianOf } from "../summary.mjs";
import { flopPerToken, WORKLOADS } from "../workloads.mjs";

/** The share of the measured time that warming up takes, and from which time of a step on it is left out. */
const WARM_UP = 0.5;
const SLOW_SECONDS = 2;

/**
 * Runs a peer's program: `node peers/NAME.mjs VARIANT WORKLOAD SECONDS`.
 *
 * @param {(variant: string, spec: import("../workloads.mjs").Spec) => Promise<{ backend: string, unable?: string,
 *   step?: () => number | Promise<number>, tokens?: number }>} prepare gives the step, and its loss where it trains; or
 *   why the peer cannot do the workload.
 */
export async function runPeer(prepare) {
  const [variant, workload, seconds] = process.argv.slice(2);
  const spec = WORKLOADS[workload];
  const { backend, unable, step, tokens = spec.batch * spec.steps } = await prepare(variant, spec);
  if (unable !== undefined) {
    console.log(JSON.stringify({ workload, backend, unable }));
    return;
  }
  const { times, firstLoss, lastLoss } = await timeSteps(step, Number(seconds));
  const median = medianOf(times);
  const tokensPerSecond = tokens / median;
  const gflops = (flopPerToken(spec) * tokensPerSecond) / 1e9;
  const timing = { medianMs: median * 1e3, minMs: Math.min(...times) * 1e3, steps: times.length };
  const losses = spec.kind === "train" ? { firstLoss, lastLoss } : {};
  if (spec.kind === "train" && !(lastLoss < firstLoss)) {
    console.error(`Error: ${workload}: expected a falling loss, got ${firstLoss} -> ${lastLoss}.`);
    process.exit(1);
  }
  console.log(JSON.stringify({ workload, tokensPerSecond, gflops, threads: 1, backend, ...timing, ...losses }));
}

async function timeSteps(step, seconds) {
  const now = () => performance.now() / 1e3;
  const begin = now();
  const firstLoss = await step();
  const isSlow = now() - begin > SLOW_SECONDS;
  const warm = now() + WARM_UP * seconds;
  while (!isSlow && now() < warm) await step();
  const times = [];
  let lastLoss;
  const end = now() + seconds;
  while (times.length < (isSlow ? 1 : 3) || now() < end) {
    const start = now();
    lastLoss = await step();
    times.push(now() - start);
  }
  return { times, firstLoss, lastLoss };
}

/** The version of an installed package of the bench. */
export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}
