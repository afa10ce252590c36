/**
 * Runs one program under the Node at hand and under the runtimes this package brings, each with one thread, with two, and
 * with two and wide kernels, and compares what they print.
 *
 * `npm run sameness [-- PROGRAM [ARGUMENT …]]` in the package above; the program is test/sameness/train-small.mjs unless
 * one is named, which is then run once, with its own arguments. Not a script of this package: npm would put its node22
 * before the Node at hand. Contract: the program uses the built package, takes no standard input, and its last line on
 * stdout is one JSON object with a field `sha256` and nothing that may differ between runtimes (no time, no version). The
 * lines must be equal.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const LONGEST_RUN_MS = 240_000;
const here = fileURLToPath(new URL(".", import.meta.url));
const brought = (path) => resolve(here, "node_modules", path);

/** The Node at hand, then the others, each with what goes before the program. */
const runtimes = [
  { name: "node", command: process.execPath, before: [] },
  ...["node22", "node24", "node26"].map((name) => ({ name: "node", command: brought(`${name}/bin/node`), before: [] })),
  { name: "deno", command: brought("deno/deno"), before: ["run", "--allow-read", "--allow-env", "--allow-sys"] },
  { name: "bun", command: brought("bun/bin/bun"), before: [] },
];

/** The output of a program; its errors go to this one's stderr. */
function output(program, args) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], timeout: LONGEST_RUN_MS });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    child.on("error", fail);
    child.on("close", (status, signal) => {
      if (status === 0) done(text.trim());
      else fail(new Error(`${program} ${args.join(" ")}: expected exit status 0, got ${signal ?? status}.`));
    });
  });
}

const named = process.argv.slice(2);
const program = resolve(named[0] ?? resolve(here, "../test/sameness/train-small.mjs"));
const forms = named.length > 0 ? [named.slice(1)] : [["1"], ["2"], ["2", "wide"]];
const missing = [...runtimes.map(({ command }) => command), program].filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`sameness: expected ${missing.join(", ")}, got no such file. Run npm ci --prefix runtimes first.`);
  process.exit(2);
}

const lines = [];
for (const { name, command, before } of runtimes) {
  const version = /\d+\.\d+\.\d+/.exec(await output(command, ["--version"]))?.[0] ?? "";
  for (const args of forms) {
    const started = performance.now();
    const line = (await output(command, [...before, program, ...args])).split("\n").at(-1) ?? "";
    if (typeof JSON.parse(line).sha256 !== "string") {
      throw new Error(`${program}: expected a field sha256, got ${line}.`);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${`${name} ${version}`.padEnd(13)} ${args.join(" ").padEnd(6)} ${seconds} s  ${line}`);
    lines.push(line);
  }
}
const differing = lines.filter((line) => line !== lines[0]).length;
console.log(
  differing === 0
    ? `the same bytes from ${lines.length} runs on ${runtimes.length} runtimes`
    : `${differing} of ${lines.length} differ from the first`,
);
process.exit(differing === 0 ? 0 : 1);
