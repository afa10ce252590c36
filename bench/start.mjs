#!/usr/bin/env node
/**
 * How long a program waits for the first training step of W-S: from before `import "recurra"` to the end of the step, in
 * fresh processes.
 *
 *     npm run build && node bench/start.mjs [FOLDER]
 *
 * FOLDER holds the package's dist/; default this checkout. As it is published: `npm pack`, unpack, and name `package`.
 */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PROCESSES = 15;
const folder = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const library = pathToFileURL(join(folder, "dist/index.js")).href;

const program = `
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const r = await import(${JSON.stringify(library)});
  const imported = performance.now();
  const engine = r.defaultEngine();
  const rnn = new r.Recurrent({ engine, name: "rnn", cell: r.lstm(), inputSize: 64, hiddenSize: 128, seed: 1 });
  const dense = new r.Dense({ engine, name: "dense", inputSize: 128, outputSize: 64, seed: 1 });
  const parameters = [...rnn.parameters, ...dense.parameters];
  const optimizer = new r.Adam(parameters);
  const ids = Int32Array.from({ length: 2048 }, (_, i) => (i * 7) % 64);
  for (const p of parameters) p.zeroGradient();
  r.step(engine, () => r.differentiate(engine, () => {
    const x = r.Indices.from(engine, ids, 64);
    const { output } = rnn.run(x, r.Packing.uniform(32, 64));
    return r.sum(r.crossEntropy(dense.run(output), x), 1 / 2048);
  }));
  optimizer.step(1e-3, r.clipScale(r.gradientNorm(parameters), 5));
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify([performance.now() - begun, imported - begun, (user + system) / 1000]));`;

const runs = Array.from({ length: PROCESSES }, () =>
  JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })),
);
for (const [i, what] of ["to the end of the first step", "import alone", "processor time, all threads"].entries()) {
  const sorted = runs.map((run) => run[i]).sort((a, b) => a - b);
  console.log(`${what}: median ${sorted[PROCESSES >> 1].toFixed(0)} ms, least ${sorted[0].toFixed(0)} ms`);
}
