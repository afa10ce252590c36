import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { medianOf, ratioOf, summarise, toMarkdown } from "./summary.mjs";

const RUN = fileURLToPath(new URL("run.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "recurra-bench-"));
after(() => rmSync(folder, { recursive: true }));

function commandOf(name, source) {
  const path = join(folder, name);
  writeFileSync(path, source);
  return `${process.execPath} ${path}`;
}

const run = (...rest) => spawnSync(process.execPath, [RUN, ...rest], { encoding: "utf8" });

const stub = commandOf(
  "stub.mjs",
  `if (process.env.OPENBLAS_NUM_THREADS !== "1" || process.env.OMP_NUM_THREADS !== "1") process.exit(3);
   console.log("warming up");
   const [command, workload, json] = process.argv.slice(2);
   if (command !== "bench" || json !== "--json") process.exit(4);
   console.log(JSON.stringify({ workload, tokensPerSecond: 90000, gflops: 40, threads: 1, backend: "wasm", medianMs: 1, minMs: 1 }));`,
);

test("the median of an even count is the mean of the middle two, whatever the order", () => {
  assert.equal(medianOf([4, 1, 3, 2]), 2.5);
  assert.equal(medianOf([10, 9, 1]), 9);
});

test("the ratio is of medians, and null where a side is absent", () => {
  const [fast, slow] = [200, 100].map((speed) => summarise([{ workload: "W-S", tokensPerSecond: speed }]));
  assert.equal(ratioOf(fast, slow), 2);
  assert.equal(ratioOf(fast, { absent: "No module named torch" }), null);
});

test("the table says machine, versions, commit, spread and ratio", () => {
  const speeds = (...all) =>
    summarise(all.map((tokensPerSecond) => ({ workload: "W-S", tokensPerSecond, gflops: 41 })));
  const text = toMarkdown({
    date: "2025-01-02",
    commit: "abc",
    machine: { model: "M", cores: 2, memoryGb: 8, system: "Linux 6", load: "0.10 0.10 0.10" },
    versions: { recurra: "0.1.0", node: "v20.19.0", PyTorch: "1.13" },
    options: { runs: 3, pinned: "pinned to processor 0" },
    workloads: [
      { workload: "W-S", sides: { recurra: speeds(90_000, 85_123, 91_000), PyTorch: speeds(80_000, 60_000, 81_000) } },
    ],
  });
  assert.equal(
    text,
    `Recurra 0.1.0, commit abc, 2025-01-02
Machine: M, 2 cores, 8 GB, Linux 6; load before: 0.10 0.10 0.10
Versions: node v20.19.0, PyTorch 1.13
Medians (least to most) of 3 fresh processes a side, in alternation, pinned to processor 0, one thread.

| workload | Recurra tokens/s | GFLOP/s | PyTorch tokens/s | ratio |
| --- | ---: | ---: | ---: | ---: |
| W-S | 90,000 (85,120 to 91,000) | 41.0 | 80,000 (60,000 to 81,000) | 1.13x |`,
  );
});

test("a missing peer is a column that says absent, and no failure", () => {
  const done = run("W-S", "--runs", "2", "--recurra-command", stub, "--python", join(folder, "no-python"));
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /\| W-S \| 90,000 \(90,000 to 90,000\) \| 40\.0 \| absent \| - \|/);
});

test("a Recurra that is not built is absent as well", () => {
  const done = run(
    "I-1",
    "--runs",
    "1",
    "--recurra-command",
    `${process.execPath} ${join(folder, "none.mjs")}`,
    "--python",
    "none",
  );
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /\| I-1 \| absent \| - \| absent \| - \|/);
});

test("a side that crashes is failed, its last line of stderr shown, and the exit status is 1", () => {
  const crash = commandOf("crash.mjs", `console.error("the kernel is wrong"); process.exit(70);`);
  const done = run("W-M", "--runs", "1", "--recurra-command", crash, "--python", "none");
  assert.equal(done.status, 1);
  assert.match(done.stdout, /\| W-M \| failed \|/);
  assert.match(done.stderr, /W-M, run 1 of 1, recurra: {"failed":"the kernel is wrong"}/);
});

test("an answer about another workload is failed", () => {
  const other = commandOf("other.mjs", `console.log(JSON.stringify({ workload: "W-S", tokensPerSecond: 1 }));`);
  assert.equal(run("W-M", "--runs", "1", "--recurra-command", other, "--python", "none").status, 1);
});

test("an unknown workload, option or count ends with status 2", () => {
  for (const wrong of [["W-XL"], ["--fast"], ["--runs", "0"], ["--seconds", "x"]]) {
    const done = run(...wrong);
    assert.equal(done.status, 2, wrong.join(" "));
    assert.match(done.stderr, /^bench\/run\.mjs: /);
  }
});
