import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { blocksOf } from "./check-docs.mjs";
import { check as checkExports, exportMap } from "./check-exports.mjs";
import { check as checkLayers } from "./check-layers.mjs";
import { check as checkSource } from "./check-source.mjs";

const planted = [];

/** A folder with these files in it, by path. */
function plant(files) {
  const root = mkdtempSync(join(tmpdir(), "recurra-check-"));
  planted.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const root of planted.splice(0)) rmSync(root, { recursive: true, force: true });
});

test("layers: imports from above and from the own folder pass, and so does a test that looks below", () => {
  const root = plant({
    "src/core/errors.ts": "export const a = 1;",
    "src/cells/lstm.ts": 'import { a } from "../core/errors.ts";\nimport { b } from "./options.ts";\nvoid a, b;',
    "src/cells/options.ts": "export const b = 1;",
    "src/cells/lstm.test.ts": 'import "../tasks/tagger.ts";',
    "src/tasks/tagger.ts": "export {};",
    "src/index.ts": 'export * from "./cells/lstm.ts";\nexport * from "./tasks/tagger.ts";',
  });
  expect(checkLayers(root)).toEqual([]);
});

test("layers: an import from below is reported in each of its written forms, with its line", () => {
  const below = '"../tasks/tagger.ts"';
  const root = plant({
    "src/tasks/tagger.ts": "export const b = 1;",
    "src/core/a.ts": `\nimport { b } from ${below};\nexport { b };`,
    "src/core/b.ts": `import type { b } from ${below};`,
    "src/core/c.ts": `export * from ${below};`,
    "src/core/d.ts": `export const d = import(${below});`,
    "src/core/e.ts": `export type E = import(${below}).b;`,
    "src/core/f.ts": `/** import { b } from ${below}; */\nexport const f = 'import ${below}';`,
  });
  expect(checkLayers(root)).toEqual([
    "src/core/a.ts:2 imports src/tasks/tagger.ts, which is below core",
    "src/core/b.ts:1 imports src/tasks/tagger.ts, which is below core",
    "src/core/c.ts:1 imports src/tasks/tagger.ts, which is below core",
    "src/core/d.ts:1 imports src/tasks/tagger.ts, which is below core",
    "src/core/e.ts:1 imports src/tasks/tagger.ts, which is below core",
  ]);
});

test("layers: siblings, unknown folders, entries, the command line and the package's own name are reported", () => {
  const root = plant({
    "src/losses/a.ts":
      'import "../metrics/b.ts";\nimport "../index.ts";\nimport "recurra/cells";\nimport "../../test/c.ts";',
    "src/metrics/b.ts": "export {};",
    "src/shared/d.ts": "export {};",
    "src/cli/main.ts": "export {};",
    "src/index.ts": 'import "./cli/main.ts";',
  });
  expect(checkLayers(root)).toEqual([
    "src/index.ts:1 imports src/cli/main.ts: an entry never loads the command line",
    "src/losses/a.ts:1 imports src/metrics/b.ts, which is a sibling: losses and metrics stand side by side",
    "src/losses/a.ts:2 imports src/index.ts, which is an entry",
    "src/losses/a.ts:3 imports recurra/cells, its own package: write the relative path",
    "src/losses/a.ts:4 imports test/c.ts, which is outside src/",
    "src/shared/d.ts:1 lies in src/shared, which has no place in the list of scripts/check-layers.mjs",
  ]);
});

/** The faults of one file of src/cells, without its path. */
const faultsOf = (text, path = "src/cells/a.ts") =>
  checkSource(plant({ [path]: text })).map((violation) => violation.slice(path.length + 1));

test("source: each forbidden form is reported where it stands", () => {
  expect(faultsOf("throw new TypeError('x');")).toEqual([
    "1 throws TypeError: throw a RecurraError, so that the message has its form",
  ]);
  expect(faultsOf("try { f(); } catch {}\nexport {};")).toEqual(["1 catches an error and does nothing with it"]);
  expect(faultsOf('try { f(); } catch (e) {\n throw new RecurraError("data", { where: "w" });\n}')).toEqual([
    "1 throws a new error in a catch without its cause: pass `cause`",
  ]);
  expect(faultsOf("export const a = Math.tanh(1);\nexport const b = Math.random();")).toEqual([
    "1 uses Math.tanh, which differs between engines: use the library's own",
    "2 uses Math.random: take a random generator as an argument",
  ]);
  expect(faultsOf("export const a = process.env.A;\nexport const b = globalThis.process;")).toHaveLength(2);
  expect(faultsOf("export const a = [Date.now(), performance.now(), new Date()];")).toHaveLength(3);
  expect(faultsOf("export const a = (x: number) => x ** 0.5;")).toHaveLength(1);
  expect(faultsOf("// TO" + "DO: later\nexport {};")).toHaveLength(1);
  expect(faultsOf("export {};", "src/cells/utils.ts")).toHaveLength(1);
  expect(faultsOf("export {};", "src/cells/MyCell.ts")).toHaveLength(1);
  expect(faultsOf("//\n".repeat(401))).toHaveLength(1);
});

test("source: exact mathematics, kept causes, reasons given, words in comments and the allowed places pass", () => {
  expect(faultsOf("export const a = Math.sqrt(2) * Math.PI * 2 ** 31 * Math.floor(-0.5);")).toEqual([]);
  expect(faultsOf('try { f(); } catch (cause) { throw new RecurraError("data", { cause }); }')).toEqual([]);
  expect(faultsOf("// exempt: a figure for the eye only\nexport const a = Math.exp(1);")).toEqual([]);
  expect(faultsOf("// Math.exp and process.env\nexport const a = 'throw new Error(1)';")).toEqual([]);
  expect(faultsOf("export const a = { process: 1 }.process;")).toEqual([]);
  expect(faultsOf("export const a = Math.exp(1);", "src/engine/reference/a.ts")).toEqual([]);
  expect(faultsOf("export const a = process.env.A;", "src/core/platform.ts")).toEqual([]);
  expect(faultsOf("//\n".repeat(401), "src/cells/a.test.ts")).toEqual([]);
});

test("exports: the map is that of the entries, and a way from a browser entry to Node is shown", () => {
  const root = plant({
    "src/index.ts": 'export * from "./cells/index.ts";',
    "src/node.ts": 'import "node:fs";',
    "src/cells/index.ts": 'import "../checkpoint/write.ts";\nimport "yaml";\nimport "fs";',
    "src/cells/lstm.ts": 'export const later = import("./gone.ts");',
    "src/checkpoint/write.ts": 'import { open } from "node:fs/promises";\nvoid open;',
  });
  const exports = exportMap(root);
  const target = (name) => ({
    types: `./dist/${name}.d.ts`,
    node: `./dist/${name}.js`,
    default: `./dist/modules/${name}.js`,
  });
  expect(exports).toEqual({
    ".": target("index"),
    "./cells": target("cells/index"),
    "./node": target("node"),
    "./training-worker": "./dist/modules/tasks/training-worker.js",
    "./package.json": "./package.json",
  });
  delete exports["./cells"];
  writeFileSync(join(root, "package.json"), JSON.stringify({ exports: { ...exports, "./gone": "./dist/gone.js" } }));
  expect(checkExports(root)).toEqual([
    'package.json: exports["./cells"] does not fit src/: run npm run exports',
    'package.json: exports["./gone"] does not fit src/: run npm run exports',
    "src/cells/index.ts:2 imports yaml: the library depends on no package, only src/cli may",
    "src/cells/index.ts:3 imports fs: a browser has none",
    "src/cells/lstm.ts:1 imports ./gone.ts, which is not there",
    'entry "." reaches Node: src/index.ts -> src/cells/index.ts -> fs',
    'entry "./cells" reaches Node: src/cells/index.ts -> fs',
  ]);
});

test("docs: blocks are found in pages and in doc comments, with their line, setup and output", () => {
  const page = ["# A", "<!-- ts: declare const x: string; -->", "```ts run", "f(x);", "```", "", "```text output", "1"];
  expect(blocksOf("a.md", [...page, "```", "```sh", "ls", "```"].join("\n"))).toEqual([
    { path: "a.md", line: 4, code: "f(x);", setup: "declare const x: string;", runs: true, output: "1" },
  ]);
  const source =
    "/**\n * Sum.\n * @example\n * ```ts\n * sum(1);\n *   // two\n * ```\n */\nexport const s = `\n```ts\n`;";
  expect(blocksOf("a.ts", source)).toEqual([
    { path: "a.ts", line: 5, code: "sum(1);\n  // two", setup: "", runs: false, output: undefined },
  ]);
});
