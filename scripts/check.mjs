/**
 * Every check but the tests, each with its time; all run, even after one has failed.
 * `node scripts/check.mjs layers docs` runs only those named.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check as docs } from "./check-docs.mjs";
import { check as exportsOf } from "./check-exports.mjs";
import { check as layers } from "./check-layers.mjs";
import { check as size } from "./check-size.mjs";
import { check as source } from "./check-source.mjs";
import { check as errorsDoc } from "./errors-doc.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A check that is a program of node_modules/.bin: its output when it fails. */
function tool(name, ...args) {
  return () => {
    const run = spawnSync(join(root, "node_modules", ".bin", name), args, { cwd: root, encoding: "utf8" });
    if (run.status === 0) return [];
    const output = `${run.stdout}${run.stderr}${run.error ?? ""}`.trim();
    return [output.replace(/^::\w+ title=([^,]+),file=([^,]+),line=(\d+).*?::/gm, "$2:$3 $1: ")];
  };
}

/** In the order in which they run: those after `build` use what it made. */
const CHECKS = {
  format: tool("biome", "format", ".", "--reporter=summary"),
  lint: tool("biome", "lint", ".", "--reporter=github", "--error-on-warnings"),
  types: tool("tsc", "-p", "."),
  build: tool("tsc", "-p", "tsconfig.build.json"),
  source,
  layers,
  exports: exportsOf,
  size,
  "errors-doc": errorsDoc,
  docs,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`check: expected ${Object.keys(CHECKS).join(", ")}, got ${unknown.join(", ")}.`);
  process.exit(2);
}
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const started = performance.now();
  const violations = await check(root);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${violations.length === 0 ? "ok  " : "FAIL"} ${name.padEnd(11)} ${seconds} s`);
  for (const violation of violations) console.log(violation.replace(/^/gm, "     "));
  if (violations.length > 0) failed++;
}
if (failed > 0) console.log(`${failed} of the checks failed`);
process.exit(failed > 0 ? 1 : 0);
