/** The package as it is published: few files to open, workers that are found, and a command line that runs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { build } from "vite";
import { NODE_ENTRIES } from "../../scripts/check-exports.mjs";
import { check as sizeViolations } from "../../scripts/check-size.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Files that an import of the package may open: each costs about half a millisecond. */
const MOST_FILES = 2;

describe("the packed package", () => {
  let folder;
  let installed;
  let packed;
  const run = (...args) => execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "recurra-"));
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: ROOT, stdio: "pipe" });
    packed = join(folder, `recurra-${JSON.parse(readFileSync(join(ROOT, "package.json"))).version}.tgz`);
    execFileSync("tar", ["-xzf", packed], { cwd: folder });
    mkdirSync(join(folder, "node_modules"));
    installed = join(folder, "node_modules/recurra");
    symlinkSync(join(folder, "package"), installed);
    for (const name of ["commander", "yaml"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`opens at most ${MOST_FILES} files for an import of "recurra"`, () => {
    const opened = new Set([join(installed, "dist/index.js")]);
    for (const file of opened) {
      const imports = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?:[^;]*? from )?"(\.[^"]+)";/gm);
      for (const [, specifier] of imports) opened.add(resolve(dirname(file), specifier));
    }
    assert.ok(opened.size > 1 && opened.size <= MOST_FILES, `${opened.size} files`);
  });

  it("has every file that its package.json names, in the form that its conditions say", () => {
    execFileSync(join(ROOT, "node_modules/.bin/publint"), ["--strict", packed], { stdio: "pipe" });
  });

  it("has what its README, its CHANGELOG and its docs link to", () => {
    const pages = readdirSync(installed, { recursive: true }).filter((name) => name.endsWith(".md"));
    const links = pages.flatMap((page) =>
      Array.from(readFileSync(join(installed, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, to]) => {
        return { page, to, path: join(installed, dirname(page), to) };
      }),
    );
    assert.ok(links.length > 40, `${links.length} links`);
    assert.deepEqual(
      links.filter(({ path }) => !existsSync(path)).map(({ page, to }) => `${page}: ${to}`),
      [],
    );
  });

  it("is as small in a page as the modules of the checkout", async () => {
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json")));
    assert.equal(exports["."].default, "./dist/modules/index.js");
    assert.deepEqual(await sizeViolations(join(folder, "package"), "dist/modules"), []);
  });

  it("is bundled for a page from its modules, without anything of Node", async () => {
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json")));
    const entries = Object.entries(exports).filter(([name, to]) => typeof to === "object" && !NODE_ENTRIES.has(name));
    const page = join(folder, "page.mjs");
    writeFileSync(page, entries.map(([name], i) => `export * as e${i} from "recurra${name.slice(1)}";`).join("\n"));
    const { output } = await (await rolldown({ input: page, platform: "browser" })).generate({ format: "esm" });
    const written = new Set(output.map(({ fileName }) => fileName));
    const imported = output.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
    assert.deepEqual(
      imported.filter((name) => !written.has(name)),
      [],
    );
    const taken = output.flatMap(({ moduleIds }) => moduleIds).filter((id) => id.includes("/dist/"));
    assert.ok(taken.length > 100);
    assert.deepEqual(
      taken.filter((id) => !id.includes("/dist/modules/")),
      [],
    );
  });

  describe("trains in a worker to the same weights as without one", () => {
    let program;
    /** Where a bundle finds nothing but itself. Node's threads stand for a page's workers. */
    let pages;
    before(() => {
      program = join(folder, "train.mjs");
      writeFileSync(
        program,
        `import { tasks, trainInWorker, trainLanguageModel } from "recurra/tasks";
         const text = "so it goes. ".repeat(60);
         const options = { hiddenSize: 8, steps: 5, bptt: 8 };
         const models = [
           await trainLanguageModel(text, options).model,
           await trainInWorker(tasks[0], text, options).model,
         ];
         const [here, there] = models.map((model) => JSON.stringify([...model.toFiles().weights].map(([n, { data }]) => [n, [...data]])));
         console.log(here === there && here.length > 1000);`,
      );
      pages = mkdtempSync(join(tmpdir(), "recurra-pages-"));
      writeFileSync(join(pages, "package.json"), '{ "type": "module" }');
    });
    after(() => rmSync(pages, { recursive: true, force: true }));
    const byRolldown = async (dir, workers) => {
      const input = { page: program, ...workers };
      const bundle = await rolldown({ input, cwd: folder, platform: "browser", onwarn: () => undefined });
      await bundle.write({ dir, format: "esm" });
    };

    it("in Node", () => assert.equal(run(program), "true\n"));

    it("in a page of Vite, which finds the worker", async () => {
      const outDir = join(pages, "vite");
      const rolldownOptions = { input: program, output: { entryFileNames: "page.js" } };
      await build({
        root: folder,
        base: "./",
        configFile: false,
        logLevel: "silent",
        build: { outDir, rolldownOptions },
      });
      assert.equal(run(join(outDir, "page.js")), "true\n");
    });

    it("in a page of a bundler that is told of the worker", async () => {
      const dir = join(pages, "told");
      const worker = join(folder, "worker.mjs");
      writeFileSync(worker, 'import "recurra/training-worker";');
      await byRolldown(dir, { "training-worker": worker });
      assert.equal(run(join(dir, "page.js")), "true\n");
    });

    it("in a page beside which the worker's one file is copied as it stands", async () => {
      const dir = join(pages, "copied");
      await byRolldown(dir, {});
      cpSync(join(installed, "dist/modules/tasks/training-worker.js"), join(dir, "training-worker.js"));
      assert.equal(run(join(dir, "page.js")), "true\n");
    });
  });

  it("has a command line that runs", () => {
    assert.match(run(join(installed, "dist/cli/main.js"), "--version"), /^\d+\.\d+\.\d+\n$/);
    assert.match(run(join(installed, "dist/cli/main.js"), "tasks"), /language-model/);
  });
});
