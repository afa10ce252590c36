import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { onnxModel } from "./peers/onnx-model.mjs";
import { medianOf, ratioOf, summarise, toMarkdown } from "./summary.mjs";
import { flopPerToken, patternIds, WORKLOADS } from "./workloads.mjs";

const RUN = fileURLToPath(new URL("run.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "recurra-bench-"));
after(() => rmSync(folder, { recursive: true }));

function commandOf(name, source) {
  const path = join(folder, name);
  writeFileSync(path, source);
  return `${process.execPath} ${path}`;
}

const run = (...rest) => spawnSync(process.execPath, [RUN, "--peers", "pytorch", ...rest], { encoding: "utf8" });

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

test("the table says machine, versions, commit, peaks, spread, ratio and why a figure is missing", () => {
  const speeds = (...all) => summarise(all.map((tokensPerSecond) => ({ workload: "I-1", tokensPerSecond })));
  const text = toMarkdown({
    date: "2025-01-02",
    commit: "abc",
    machine: { model: "M", cores: 2, memoryGb: 8, system: "Linux 6", load: "0.10 0.10 0.10" },
    versions: { recurra: "0.1.0", node: "v20.19.0", PyTorch: "1.13" },
    peaks: { gflops: 58, cacheGBs: 80, memoryGBs: 17 },
    options: { runs: 3, pinned: "pinned to processor 0" },
    workloads: [
      {
        workload: "I-1",
        sides: {
          recurra: speeds(45_000, 42_561, 46_000),
          PyTorch: speeds(9_000, 6_000, 9_100),
          slow: speeds(1_000),
          other: { unable: "does not train" },
        },
      },
    ],
  });
  // 573,440 operations and 1,146,880 bytes of weights a token
  assert.equal(
    text,
    `Recurra 0.1.0, commit abc, 2025-01-02
Machine: M, 2 cores, 8 GB, Linux 6; load before: 0.10 0.10 0.10
Versions: node v20.19.0, PyTorch 1.13
Medians (least to most) of 3 fresh processes a side, in alternation, pinned to processor 0, one thread.
Peaks of one core in 128-bit WebAssembly: 58.0 GFLOP/s (multiply and then add, in registers); reads 80.0 GB/s over 1 MiB, 17.0 GB/s over 256 MiB.

| workload | Recurra tokens/s | GFLOP/s | of the SIMD peak | weights read, of the read rate |
| --- | ---: | ---: | ---: | ---: |
| I-1 | 45,000 (42,560 to 46,000) | 25.8 | 44 % | 65 % |

Tokens/s of each peer, and how many times as fast Recurra is:

| workload | PyTorch | slow | other |
| --- | ---: | ---: | ---: |
| I-1 | 9,000 (6,000 to 9,100), 5.00x | 1,000 (1 process), 45.00x | - |

- other: does not train (I-1)`,
  );
});

test("the operations of a token are those of the products, look-ups left out", () => {
  assert.equal(flopPerToken(WORKLOADS["W-S"]), 3 * 2 * (4 * 128 * 128 + 128 * 64));
  assert.equal(flopPerToken(WORKLOADS["W-BI"]), 3 * (2 * 2 * 4 * 128 * (64 + 128) + 2 * 256 * 9));
  assert.equal(flopPerToken(WORKLOADS["I-B"]), 2 * (4 * 256 * 256 + 4 * 256 * 512 + 256 * 96));
});

test("every row of ids holds its pattern three times", () => {
  const [row] = patternIds(WORKLOADS["W-S"]);
  assert.equal(row.length, 65);
  for (let t = 0; t + 21 < row.length; t++) assert.equal(row[t], row[t + 21]);
  assert.ok(new Set(row).size > 10);
});

test("the model in ONNX form has the states of a stream as inputs and outputs", () => {
  const text = Buffer.from(onnxModel(WORKLOADS["I-1"])).toString("latin1");
  for (const name of ["LSTM", "hidden_size", "hNext", "cNext", "ArgMax"]) assert.ok(text.includes(name), name);
  assert.ok(!Buffer.from(onnxModel(WORKLOADS["I-B"])).toString("latin1").includes("ArgMax"));
});

test("a missing peer is a column that says absent, and no failure", () => {
  const done = run("W-S", "--runs", "2", "--recurra-command", stub, "--python", join(folder, "no-python"));
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /\| W-S \| 90,000 \(90,000 to 90,000\) \| 39\.8 \|/);
  assert.match(done.stdout, /\| W-S \| absent \|\n/);
  assert.match(done.stdout, /\n- PyTorch: absent, .+ \(W-S\)\n/);
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
  assert.match(done.stdout, /\| I-1 \| absent \| - \| - \| - \|/);
});

test("a side that crashes is failed, its last line of stderr shown, and the exit status is 1", () => {
  const crash = commandOf("crash.mjs", `console.error("the kernel is wrong"); process.exit(70);`);
  const done = run("W-M", "--runs", "1", "--recurra-command", crash, "--python", "none");
  assert.equal(done.status, 1);
  assert.match(done.stdout, /\| W-M \| failed \|/);
  assert.match(done.stderr, /W-M, run 1 of 1, recurra: {"failed":"the kernel is wrong"}/);
});

test("a loss that does not fall is failed", () => {
  const line = { workload: "W-M", tokensPerSecond: 1, firstLoss: 2, lastLoss: 2.5 };
  const worse = commandOf("worse.mjs", `console.log(${JSON.stringify(JSON.stringify(line))});`);
  const done = run("W-M", "--runs", "1", "--recurra-command", worse, "--python", "none");
  assert.equal(done.status, 1);
  assert.match(done.stderr, /expected a falling loss, got 2 -> 2\.5/);
});

test("an answer about another workload is failed", () => {
  const other = commandOf("other.mjs", `console.log(JSON.stringify({ workload: "W-S", tokensPerSecond: 1 }));`);
  assert.equal(run("W-M", "--runs", "1", "--recurra-command", other, "--python", "none").status, 1);
});

test("an unknown workload, option or count ends with status 2", () => {
  for (const wrong of [["W-XL"], ["--fast"], ["--runs", "0"], ["--seconds", "x"], ["--peers", "mlx"]]) {
    const done = run(...wrong);
    assert.equal(done.status, 2, wrong.join(" "));
    assert.match(done.stderr, /^bench\/run\.mjs: /);
  }
});
