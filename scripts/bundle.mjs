/**
 * Joins the modules of dist/ into a few files, so that a program starts fast: `import "recurra"` then opens 28 files in
 * place of 140. Part of `npm pack` alone; entries keep their paths and their types, and what a page bundles is not larger.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { filesBelow } from "./source-files.mjs";

/** What is started by its path, besides the entries of the export map. */
const PROGRAMS = ["cli/main", "cli/start", "tasks/training-worker"];
const WORKER = "./training-worker.js";

/** @param {string} root */
export async function bundle(root) {
  const { exports, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap((target) =>
    typeof target === "object" ? [relative("dist", target.default).replace(/\.js$/, "")] : [],
  );
  const input = Object.fromEntries([...entries, ...PROGRAMS].map((name) => [name, join(root, "dist", `${name}.js`)]));
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const joined = await rolldown({ input, platform: "neutral", external: [/^node:/, ...packages] });
  const { output } = await joined.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    // every entry opens most of these: one file in place of a dozen
    codeSplitting: { groups: [{ name: "core", test: /\/dist\/(core|expression|tensor)\// }] },
  });
  for (const file of filesBelow(root, "dist")) if (/\.js(\.map)?$/.test(file)) rmSync(join(root, file));
  mkdirSync(join(root, "dist/chunks"), { recursive: true });
  for (const { fileName, code } of output) {
    // the program of a worker is found from the file that starts it
    const moved = fileName.startsWith("chunks/")
      ? code.replaceAll(`"${WORKER}"`, `"../tasks/training-worker.js"`)
      : code;
    writeFileSync(join(root, "dist", fileName), moved);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(fileURLToPath(new URL("..", import.meta.url)));
