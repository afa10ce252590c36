#!/usr/bin/env node
/**
 * Recurra against its peers: each side in fresh processes, in alternation, pinned to one processor.
 *
 *     npm run build && node bench/run.mjs                 every workload, 5 processes a side
 *     node bench/run.mjs W-S W-BI --runs 3 --save         some of them; the result is kept in bench/results/
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { summarise, toMarkdown } from "./summary.mjs";

const BENCH = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(BENCH);
const WORKLOADS = ["W-S", "W-S-GRU", "W-S-RNN", "W-M", "W-L", "W-BI", "I-1", "I-B"];
/** The program, its entry file or its package is not there; anything else that ends badly has failed. */
const ABSENT = /^taskset: failed to execute|code: 'MODULE_NOT_FOUND'|No module named/m;
const HELP = `node bench/run.mjs [WORKLOAD ...] [options]

  WORKLOAD               ${WORKLOADS.join(" ")} (all by default)
  --runs N               fresh processes a side and workload (5)
  --seconds X            measured seconds of each PyTorch process (4)
  --warmup X             its seconds of warming up and choosing the faster way (2)
  --cpu N                the processor to pin to, where taskset exists (0)
  --recurra-command S    Recurra's command, to which "bench WORKLOAD --json" is added (node dist/cli/main.js)
  --python S             the Python that has PyTorch (/usr/bin/python3)
  --timeout X            seconds after which a process counts as failed (300)
  --save                 write bench/results/DATE.json
  --help`;

const { values, positionals } = readArguments();
const pin = findPin(values.cpu);
const sides = {
  recurra: (workload) => [...words(values["recurra-command"]), "bench", workload, "--json"],
  PyTorch: (workload) => [
    values.python,
    join(BENCH, "peers", "torch_bench.py"),
    ...["--workload", workload, "--seconds", values.seconds, "--warmup", values.warmup],
  ],
};

const runs = Number(values.runs);
const result = {
  date: new Date().toISOString().slice(0, 10),
  commit: commitOf(ROOT),
  machine: {
    model: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(" "),
  },
  versions: { recurra: versionOf(join(ROOT, "package.json")), node: process.version },
  options: { runs, seconds: Number(values.seconds), warmup: Number(values.warmup), pinned: pin.words },
  workloads: (positionals.length === 0 ? WORKLOADS : positionals).map(measure),
};
for (const { sides: measured } of result.workloads) {
  for (const side of Object.values(measured)) {
    const backend = side.runs?.[0]?.backend;
    if (backend?.startsWith("PyTorch ")) result.versions.PyTorch = backend.slice("PyTorch ".length);
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
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? Object.keys(sides) : Object.keys(sides).reverse();
    for (const name of order) {
      if (missing[name] !== undefined) continue;
      const answer = runOnce(sides[name](workload), workload);
      if ("line" in answer) lines[name].push(answer.line);
      else missing[name] = answer;
      const figure = "line" in answer ? `${Math.round(answer.line.tokensPerSecond)} tokens/s` : JSON.stringify(answer);
      console.error(`${workload}, run ${run + 1} of ${runs}, ${name}: ${figure}`);
    }
  }
  const measured = Object.keys(sides).map((name) => [name, missing[name] ?? summarise(lines[name])]);
  return { workload, sides: Object.fromEntries(measured) };
}

/** One fresh process; its answer is the last line of its standard output that is about the workload. */
function runOnce(command, workload) {
  const [program, ...rest] = [...pin.prefix, ...command];
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const done = spawnSync(program, rest, { cwd: ROOT, env, encoding: "utf8", timeout: Number(values.timeout) * 1000 });
  const complaint = (done.stderr ?? "").trim().split("\n");
  const reason =
    complaint.find((text) => /^\w*Error: /.test(text)) ||
    complaint.at(-1) ||
    done.error?.message ||
    `exit status ${done.status}`;
  if (done.status !== 0) {
    const isAbsent = ABSENT.test(done.stderr ?? "") || done.error?.code === "ENOENT";
    return isAbsent ? { absent: reason } : { failed: reason };
  }
  for (const text of done.stdout.trim().split("\n").reverse()) {
    const line = toLine(text);
    if (line?.workload === workload && line.tokensPerSecond > 0) return { line };
  }
  return {
    failed: `expected a JSON line with workload ${workload} and tokensPerSecond, got ${done.stdout.slice(-80)}`,
  };
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
        runs: { type: "string", default: "5" },
        seconds: { type: "string", default: "4" },
        warmup: { type: "string", default: "2" },
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
    if (!WORKLOADS.includes(workload)) stop(`expected one of ${WORKLOADS.join(", ")}, got ${workload}.`);
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
  let path = join(folder, `${content.date}.json`);
  for (let n = 2; existsSync(path); n++) path = join(folder, `${content.date}-${n}.json`);
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return path.slice(ROOT.length + 1);
}

function words(text) {
  return text.trim().split(/\s+/);
}
