import { RecurraError, shown } from "../core/errors.ts";
import { nearestHint } from "../core/nearest-name.ts";
import type { Engine } from "../engine/engine.ts";
import { engineWith } from "../engine/engine-with.ts";
import type { KernelChoice } from "../engine/wasm/product-forms.ts";
import type { Workload } from "../tasks/bench-workloads.ts";
import { EXIT } from "./exit-status.ts";
import { formatScaled } from "./number-format.ts";
import type { Shell } from "./shell.ts";

/** What was measured of one workload. */
export interface WorkloadTiming {
  readonly workload: string;
  /** Of the median step. */
  readonly tokensPerSecond: number;
  readonly gflops: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly steps: number;
  readonly threads: number;
  readonly backend: string;
  /** Nats a token, of a workload that trains. */
  readonly firstLoss?: number;
  readonly lastLoss?: number;
}

const WARM_UP_STEPS = 3;
const WARM_UP_MS = 500;

/**
 * Times one workload: at least 3 steps and half a second to warm up, then single steps for the time given, at least 3 of them.
 *
 * @param now milliseconds of a clock that never goes back.
 */
export function timeWorkload(workload: Workload, engine: Engine, seconds: number, now: () => number): WorkloadTiming {
  const prepared = workload.prepare(engine);
  const step = (): void => prepared.step();
  const warmUpEnd = now() + WARM_UP_MS;
  step();
  const firstLoss = prepared.lossOf?.();
  for (let i = 1; i < WARM_UP_STEPS || now() < warmUpEnd; i++) step();
  const times: number[] = [];
  const end = now() + seconds * 1000;
  while (times.length < 3 || now() < end) {
    const before = now();
    step();
    times.push(now() - before);
  }
  times.sort((a, b) => a - b);
  const half = times.length >> 1;
  const medianMs = times.length % 2 === 1 ? times[half]! : (times[half - 1]! + times[half]!) / 2;
  return {
    workload: workload.name,
    tokensPerSecond: prepared.tokensPerStep / (medianMs / 1000),
    gflops: prepared.flopPerStep / (medianMs * 1e6),
    medianMs,
    minMs: times[0]!,
    steps: times.length,
    threads: engine.runningThreads,
    backend: engine.kernels,
    ...(firstLoss === undefined ? {} : { firstLoss, lastLoss: prepared.lossOf!() }),
  };
}

/** The workloads of the names given, all without any, in the order of the list. */
function chosenWorkloads(known: readonly Workload[], names: readonly string[]): readonly Workload[] {
  const all = known.map(({ name }) => name);
  for (const name of names) {
    if (all.includes(name)) continue;
    throw new RecurraError("option", {
      where: "bench",
      expected: `one of ${all.join(", ")}`,
      got: shown(name),
      hint: nearestHint(name, all),
    });
  }
  return names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
}

export interface BenchFlags {
  readonly seconds?: number;
  readonly threads?: number;
  readonly kernels?: KernelChoice;
  readonly json?: boolean;
}

/** Times workloads on this machine and writes a line for each as it is done. */
export async function bench(shell: Shell, names: readonly string[], flags: BenchFlags): Promise<number> {
  const { seconds = 3, threads, kernels = "default", json = false } = flags;
  const engine = engineWith(kernels);
  if (threads !== undefined) engine.threads = threads;
  await engine.prepareThreads();
  const workloads = chosenWorkloads(shell.workloads, names);
  const width = Math.max(8, ...workloads.map(({ name }) => name.length));
  const row = (cells: readonly string[]) =>
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(width) : cell.padStart(10))).join("  ")}\n`;
  if (!json) await shell.write(row(["workload", "tokens/s", "GFLOP/s", "median ms", "min ms", "threads"]));
  for (const workload of workloads) {
    const timing = timeWorkload(workload, engine, seconds, shell.now);
    if (json) await shell.write(`${JSON.stringify(timing)}\n`);
    else {
      const { tokensPerSecond, gflops, medianMs, minMs } = timing;
      const cells = [formatScaled(tokensPerSecond), gflops.toFixed(1), medianMs.toFixed(3), minMs.toFixed(3)];
      await shell.write(row([workload.name, ...cells, String(timing.threads)]));
    }
  }
  if (!json) await shell.write(`WebAssembly SIMD: ${engine.kernels}.\n`);
  return EXIT.done;
}
