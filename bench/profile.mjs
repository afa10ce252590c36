/**
 * Where the time of a workload goes: `node bench/profile.mjs [WORKLOAD ...]` after `npm run build`, one thread.
 *
 * V8's sampling profiler over a few seconds of steps, the samples gathered by what the kernels do. Functions of a
 * WebAssembly module have numbers in a profile; those of the products are named by their module's list of exports, all
 * others (gates, look-ups, the loss, sums, Adam) count as fused passes.
 */
import { Session } from "node:inspector/promises";
import { defaultEngine } from "../dist/engine/default-engine.js";
import { workloads } from "../dist/tasks/bench-workloads.js";

const SECONDS = 3;
const KINDS = [
  ["products", /^(panel$|tail$|wide_row_|gemm$)/],
  ["packing", /^(pack_|transpose|scatter_row)/],
];

/** The names of the products' kernels by number: every function of their module is exported, in order. */
const kernels = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, [module, imports]) {
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    if (names.includes("gemm")) kernels.push(...names);
    return Reflect.construct(target, [module, imports]);
  },
});

defaultEngine().threads = 1;
const names = process.argv.slice(2);
console.log(
  `| workload | ${[...KINDS.map(([kind]) => kind), "fused passes", "JavaScript", "collector"].join(" | ")} |`,
);
console.log(`| --- |${" ---: |".repeat(KINDS.length + 3)}`);
for (const workload of workloads.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const shares = await profile(workload.prepare(defaultEngine()));
  const cells = [...KINDS.map(([kind]) => kind), "fused", "JavaScript", "collector"].map(
    (kind) => shares.get(kind) ?? 0,
  );
  console.log(`| ${[workload.name, ...cells.map((share) => `${(100 * share).toFixed(1)} %`)].join(" | ")} |`);
}

async function profile(prepared) {
  const run = (seconds) => {
    const end = performance.now() + 1000 * seconds;
    do prepared.step();
    while (performance.now() < end);
  };
  run(SECONDS / 3);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  run(SECONDS);
  const { profile: found } = await session.post("Profiler.stop");
  session.disconnect();
  const frames = new Map(found.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const many = new Set(
    found.nodes
      .map(({ callFrame }) => callFrame)
      .filter((f) => numberOf(f) > 0)
      .map(({ url }) => url),
  );
  const shares = new Map();
  let total = 0;
  found.samples.forEach((id, i) => {
    const kind = kindOf(frames.get(id), many);
    if (kind === undefined) return;
    shares.set(kind, (shares.get(kind) ?? 0) + found.timeDeltas[i]);
    total += found.timeDeltas[i];
  });
  for (const [kind, time] of shares) shares.set(kind, time / total);
  return shares;
}

function numberOf({ functionName }) {
  return Number(/^wasm-function\[(\d+)\]$/.exec(functionName)?.[1] ?? -1);
}

/** What a sample was of; undefined for time outside the program. */
function kindOf(frame, many) {
  if (frame.functionName === "(garbage collector)") return "collector";
  if (/^\((program|idle)\)$/.test(frame.functionName)) return undefined;
  if (!frame.url.startsWith("wasm:")) return "JavaScript";
  if (!many.has(frame.url)) return "fused";
  const name = kernels[numberOf(frame)] ?? frame.functionName;
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? "fused";
}
