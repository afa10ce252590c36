#!/usr/bin/env node
/**
 * Recurra against its peers: each side in fresh processes, in alternation, pinned to one processor, one thread.
 *
 *     npm run build && node bench/run.mjs --save                   everything; the result is kept in bench/results/
 *     node bench/run.mjs W-S W-BI --peers pytorch,jax-js --runs 5  some of it
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { medianOf, summarise, toMarkdown } from "./summary.mjs";
import { WORKLOADS } from "./workloads.mjs";

const BENCH = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(BENCH);
/** A side whose process took this long, in seconds, is not run again. */
const SLOW_SECONDS = 10;
/** JavaScript peers by the names of `--peers`: the name in the table, the program and its variant. */
const JAVASCRIPT_PEERS = {
  "jax-js": ["jax-js", "jax", "wasm"],
  "tfjs-wasm": ["TensorFlow.js wasm", "tfjs", "wasm"],
  "tfjs-cpu": ["TensorFlow.js cpu", "tfjs", "cpu"],
  brain: ["brain.js", "brain", "js"],
  "onnx-node": ["onnxruntime-node", "onnx", "node"],
  "onnx-web": ["onnxruntime-web", "onnx", "web"],
};
const PEERS = ["pytorch", ...Object.keys(JAVASCRIPT_PEERS)];
/** The program, its entry file or its package is not there; anything else that ends badly has failed. */
const ABSENT = /^taskset: failed to execute|code: '(MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND)'|No module named/m;
const HELP = `node bench/run.mjs [WORKLOAD ...] [options]

  WORKLOAD               ${Object.keys(WORKLOADS).join(" ")} (all by default)
  --peers A,B            of ${PEERS.join(", ")} (all by default)
  --runs N               fresh processes a side and workload (3); one alone where it takes over ${SLOW_SECONDS} s
  --seconds X            measured seconds of each process (2)
  --warmup X             PyTorch's seconds of warming up and choosing the faster way (1)
  --cpu N                the processor to pin to, where taskset exists (0)
  --recurra-command S    Recurra's command, to which "bench WORKLOAD --json" is added (node dist/cli/main.js)
  --python S             the Python that has PyTorch (/usr/bin/python3)
  --timeout X            seconds after which a process counts as failed (300)
  --save                 write bench/results/DATE.json and DATE.md
  --help`;

const { values, positionals } = readArguments();
const pin = findPin(values.cpu);
const { seconds } = values;
const chosenPeers = values.peers === undefined ? PEERS : values.peers.split(",");
const sides = {
  recurra: (workload) => [
    ...words(values["recurra-command"]),
    "bench",
    workload,
    "--json",
    "--seconds",
    seconds,
    "--threads",
    "1",
  ],
};
for (const peer of PEERS.filter((name) => chosenPeers.includes(name))) {
  if (peer === "pytorch") {
    const program = join(BENCH, "peers", "torch_bench.py");
    const times = ["--seconds", seconds, "--warmup", values.warmup];
    sides.PyTorch = (workload) => [values.python, program, "--workload", workload, ...times];
  } else {
    const [name, program, variant] = JAVASCRIPT_PEERS[peer];
    const path = join(BENCH, "peers", `${program}.mjs`);
    sides[name] = (workload) => [process.execPath, path, variant, workload, seconds];
  }
}

const runs = Number(values.runs);
const result = {
  date: new Date().toISOString().slice(0, 10),
  commit: commitOf(ROOT),
  machine: {
    model: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().match(/^\d+\.\d+/)?.[0]}`,
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(" "),
  },
  versions: { recurra: versionOf(join(ROOT, "package.json")), node: process.version },
  options: { runs, seconds: Number(seconds), warmup: Number(values.warmup), pinned: pin.words },
  peaks: measurePeaks(),
  workloads: (positionals.length === 0 ? Object.keys(WORKLOADS) : positionals).map(measure),
};
for (const { sides: measured } of result.workloads) {
  for (const [name, side] of Object.entries(measured)) {
    const backend = side.runs?.[0]?.backend;
    if (name !== "recurra" && backend !== undefined) result.versions[name] = backend.replace(/^\D*/, "");
  }
}
console.log(toMarkdown(result));
if (values.save) console.error(`Saved ${save(result)}.`);
if (result.workloads.some(({ sides: measured }) => Object.values(measured).some((side) => "failed" in side))) {
  process.exitCode = 1;
}

/** All processes of one workload: the sides take turns, and who goes first changes from run to run. */
function measure(workload) {
  const lines = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const missing = {};
  const slow = new Set();
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? Object.keys(sides) : Object.keys(sides).reverse();
    for (const name of order) {
      if (missing[name] !== undefined || slow.has(name)) continue;
      const start = performance.now();
      const answer = runOnce(sides[name](workload), workload);
      const wall = (performance.now() - start) / 1000;
      if (wall > SLOW_SECONDS) slow.add(name);
      if ("line" in answer) lines[name].push(answer.line);
      else missing[name] = answer;
      const figure = "line" in answer ? `${Math.round(answer.line.tokensPerSecond)} tokens/s` : JSON.stringify(answer);
      console.error(`${workload}, run ${run + 1} of ${runs}, ${name}: ${figure} (${wall.toFixed(1)} s)`);
    }
  }
  const measured = Object.keys(sides).map((name) => [name, missing[name] ?? summarise(lines[name])]);
  return { workload, sides: Object.fromEntries(measured) };
}

/** One fresh process; its answer is the last line of its standard output that is about the workload. */
function runOnce(command, workload) {
  const done = runPinned(command);
  const complaint = (done.stderr ?? "").trim().split("\n");
  const reason =
    complaint.find((text) => /^\w*Error: /.test(text)) ||
    complaint.at(-1) ||
    done.error?.message ||
    `exit status ${done.status}`;
  if (done.status !== 0) {
    const isAbsent = ABSENT.test(done.stderr ?? "") || done.error?.code === "ENOENT";
    const said = reason.replaceAll(ROOT, ".");
    return isAbsent ? { absent: said } : { failed: said };
  }
  for (const text of done.stdout.trim().split("\n").reverse()) {
    const line = toLine(text);
    if (line?.workload !== workload) continue;
    if (line.unable !== undefined) return { unable: line.unable };
    if (line.firstLoss !== undefined && !(line.lastLoss < line.firstLoss)) {
      return { failed: `expected a falling loss, got ${line.firstLoss} -> ${line.lastLoss}` };
    }
    if (line.tokensPerSecond > 0) return { line };
  }
  return {
    failed: `expected a JSON line with workload ${workload} and tokensPerSecond, got ${done.stdout.slice(-80)}`,
  };
}

/** A fresh process on the one processor, libraries of matrix products held to one thread. */
function runPinned(command) {
  const [program, ...rest] = [...pin.prefix, ...command];
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  return spawnSync(program, rest, { cwd: ROOT, env, encoding: "utf8", timeout: Number(values.timeout) * 1000 });
}

/** The machine's own peaks, the median of three processes; null where Recurra is not built. */
function measurePeaks() {
  const found = Array.from({ length: 3 }, () => toLine(runPinned([process.execPath, join(BENCH, "peaks.mjs")]).stdout));
  if (found.some((line) => line === null)) return null;
  const median = (name) => medianOf(found.map((line) => line[name]));
  return { gflops: median("gflops"), cacheGBs: median("cacheGBs"), memoryGBs: median("memoryGBs") };
}

function toLine(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a line of progress
  }
}

function readArguments() {
  let read;
  try {
    read = parseArgs({
      allowPositionals: true,
      options: {
        peers: { type: "string" },
        runs: { type: "string", default: "3" },
        seconds: { type: "string", default: "2" },
        warmup: { type: "string", default: "1" },
        cpu: { type: "string", default: "0" },
        "recurra-command": { type: "string", default: "node dist/cli/main.js" },
        python: { type: "string", default: "/usr/bin/python3" },
        timeout: { type: "string", default: "300" },
        save: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    stop(error.message);
  }
  if (read.values.help) {
    console.log(HELP);
    process.exit(0);
  }
  for (const workload of read.positionals) {
    if (!(workload in WORKLOADS)) stop(`expected one of ${Object.keys(WORKLOADS).join(", ")}, got ${workload}.`);
  }
  for (const peer of read.values.peers?.split(",") ?? []) {
    if (!PEERS.includes(peer)) stop(`--peers: expected some of ${PEERS.join(",")}, got ${peer}.`);
  }
  if (!(Number.isInteger(Number(read.values.runs)) && Number(read.values.runs) > 0)) {
    stop(`--runs: expected a whole number above 0, got ${read.values.runs}.`);
  }
  for (const option of ["seconds", "warmup", "timeout"]) {
    if (!(Number(read.values[option]) > 0)) stop(`--${option}: expected seconds above 0, got ${read.values[option]}.`);
  }
  return read;
}

function stop(message) {
  console.error(`bench/run.mjs: ${message}`);
  process.exit(2);
}

/** taskset where it exists and the processor is ours to take. */
function findPin(cpu) {
  const works = spawnSync("taskset", ["-c", cpu, "true"]).status === 0;
  return works
    ? { prefix: ["taskset", "-c", cpu], words: `pinned to processor ${cpu}` }
    : { prefix: [], words: "not pinned" };
}

function commitOf(folder) {
  const git = (...rest) => execFileSync("git", rest, { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
  try {
    const isDirty = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short=10", "HEAD")}${isDirty ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}

function versionOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).version;
}

/** Never overwrites an earlier result of the same day. */
function save(content) {
  const folder = join(BENCH, "results");
  mkdirSync(folder, { recursive: true });
  let path = join(folder, content.date);
  for (let n = 2; existsSync(`${path}.json`); n++) path = join(folder, `${content.date}-${n}`);
  writeFileSync(`${path}.json`, `${JSON.stringify(content, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${toMarkdown(content)}\n`);
  return `${path.slice(ROOT.length + 1)}.json and .md`;
}

function words(text) {
  return text.trim().split(/\s+/);
}
