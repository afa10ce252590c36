/**
 * Training speed and memory as sizes grow: `node bench/scale.mjs [SECONDS]` after `npm run build`, pinned to one core.
 * It writes bench/results/scale.md and scale.svg. One size grows at a time, from the LSTM of W-S; each configuration has
 * a process of its own.
 *
 * Memory: what the engine took from the system, beside what the documented floats come to (docs/memory.md): the trace of
 * gates and states, the gradient of y, scores and their gradient, and parameters with gradient, two moments and the
 * packed copies of their matrices.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lstm } from "../dist/index.js";
import { leastSeconds, trainedNetwork } from "./network.mjs";

const BASE = { hidden: 128, batch: 32, steps: 64, layers: 1, vocabulary: 64 };
const SWEEPS = {
  hidden: [16, 32, 64, 128, 256, 512, 1024],
  batch: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  steps: [16, 64, 256, 1024, 4096],
  layers: [1, 2, 4, 8],
  vocabulary: [16, 64, 256, 1024, 4096, 16384],
};
const MIB = 2 ** 20;

if (process.argv[2] === "--one") measureOne(JSON.parse(process.argv[3]), Number(process.argv[4]));
else measureAll(Number(process.argv[2] ?? 1));

function measureOne({ hidden, batch, steps, layers, vocabulary }, seconds) {
  const lengths = Array.from({ length: batch }, () => steps);
  const network = trainedNetwork({ cell: lstm(), hidden, layers, vocabulary, lengths });
  const [least] = leastSeconds([network], seconds);
  const rows = batch * steps;
  const parameters = network.parameters.reduce((total, { size }) => total + size, 0);
  const trace = rows * layers * (6 + 1) * hidden;
  const scores = rows * 2 * vocabulary;
  const floats = trace + scores + 6 * parameters;
  const figures = {
    tokensPerSecond: rows / least,
    gflops: (rows * network.flopPerToken) / least / 1e9,
    mib: network.engine.byteLength / MIB,
    documentedMib: (4 * floats) / MIB,
  };
  console.log(JSON.stringify(figures));
}

function measureAll(seconds) {
  const script = fileURLToPath(import.meta.url);
  const results = Object.entries(SWEEPS).map(([size, values]) => ({
    size,
    points: values.map((value) => {
      const sizes = { ...BASE, [size]: value };
      const done = spawnSync(process.execPath, [script, "--one", JSON.stringify(sizes), String(seconds)], {
        encoding: "utf8",
      });
      if (done.status !== 0) throw new Error(`${size} ${value}: ${done.stderr}`);
      console.error(`${size} ${value}: ${done.stdout.trim()}`);
      return { value, ...JSON.parse(done.stdout) };
    }),
  }));
  const folder = new URL("results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const text = toMarkdown(results);
  writeFileSync(new URL("scale.md", folder), text);
  writeFileSync(new URL("scale.svg", folder), toSvg(results));
  console.log(text);
}

function toMarkdown(results) {
  const thousands = (value) => Math.round(value).toLocaleString("en-US");
  const rows = results.flatMap(({ size, points }) =>
    points.map(({ value, tokensPerSecond, gflops, mib, documentedMib }) =>
      [
        size,
        thousands(value),
        thousands(tokensPerSecond),
        gflops.toFixed(1),
        mib.toFixed(1),
        documentedMib.toFixed(1),
      ].join(" | "),
    ),
  );
  return `# Scale

A training step (forward, backward through time, clip 5, Adam) of a one-hot LSTM, one thread; hidden 128, batch 32, 64 steps, 1 layer, vocabulary 64, and one size changed at a time (\`node bench/scale.mjs\`, Node ${process.version}).

![GFLOP/s as each size grows](scale.svg)

| size | value | tokens/s | GFLOP/s | MiB taken | MiB of the documented floats |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

/** A panel a size: GFLOP/s against the size on a logarithmic axis. */
function toSvg(results) {
  const [width, height, left, top, gap] = [180, 150, 44, 34, 28];
  const most = 10 * Math.ceil(Math.max(...results.flatMap(({ points }) => points.map(({ gflops }) => gflops))) / 10);
  const panels = results.map(({ size, points }, i) => {
    const [from, to] = [Math.log2(points[0].value), Math.log2(points.at(-1).value)];
    const x = (value) => left + i * (width + gap) + ((Math.log2(value) - from) / (to - from)) * width;
    const y = (gflops) => top + height * (1 - gflops / most);
    const line = points.map(({ value, gflops }) => `${x(value).toFixed(1)},${y(gflops).toFixed(1)}`).join(" ");
    const marks = points
      .map(({ value, gflops }) => `<circle cx="${x(value).toFixed(1)}" cy="${y(gflops).toFixed(1)}" r="3"/>`)
      .join("");
    const ends = [points[0], points.at(-1)]
      .map(
        ({ value }) => `<text x="${x(value).toFixed(1)}" y="${top + height + 16}" text-anchor="middle">${value}</text>`,
      )
      .join("");
    const begin = left + i * (width + gap);
    return `<rect x="${begin}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#999"/><text x="${begin}" y="${top - 8}">${size}</text><polyline points="${line}" fill="none" stroke="#0a6" stroke-width="2"/><g fill="#0a6">${marks}</g>${ends}`;
  });
  const axis = [0, most / 2, most]
    .map(
      (value) => `<text x="${left - 6}" y="${top + height * (1 - value / most) + 4}" text-anchor="end">${value}</text>`,
    )
    .join("");
  const whole = left + results.length * (width + gap);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${top + height + 28}" font-family="sans-serif" font-size="12"><title>GFLOP/s of a training step as each size grows</title>${axis}<text x="4" y="14">GFLOP/s</text>${panels.join("")}</svg>\n`;
}
