/**
 * Joins the modules of dist/ into a few files, so that a program starts fast: `import "recurra"` then opens 2 files in
 * place of 140. Part of `npm pack` alone. Entries keep their paths and their types; the modules themselves go to
 * dist/modules/, where a page's bundler finds them one by one and leaves out what the page does without. The program of
 * a page's worker is one file even there.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { filesBelow } from "./source-files.mjs";

/** What is started by its path, besides the entries of the export map. */
const PROGRAMS = ["cli/main", "cli/start", "tasks/training-worker"];
const WORKER = "./training-worker.js";

/** What `import "recurra"` needs, and with it most of what every other entry does: one file. */
function coreReader(root) {
  let core;
  return (chunks) => {
    if (core !== undefined) return core;
    core = new Set([join(root, "dist/index.js")]);
    for (const id of core) for (const imported of chunks.getModuleInfo(id)?.importedIds ?? []) core.add(imported);
    return core;
  };
}

/**
 * A worker's program in one file, which imports nothing: a bundler that makes it a file of its own, one that copies it as
 * it stands and one that makes workers of one piece alone (Vite before 8) all come to a program that runs.
 */
async function joinWorker(root) {
  const joined = await rolldown({
    input: join(root, "dist/tasks", WORKER),
    platform: "neutral",
    onwarn: () => undefined,
  });
  const codeSplitting = { groups: [{ name: "worker", test: /./ }] };
  const { output } = await joined.generate({ format: "esm", minify: true, comments: false, codeSplitting });
  return output[0].code;
}

function moveToModules(root, file) {
  const target = join(root, file.replace(/^dist/, "dist/modules"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, readFileSync(join(root, file), "utf8").replace(/^\/\/# sourceMappingURL=.*\n?/m, ""));
  rmSync(join(root, file));
}

/** @param {string} root */
export async function bundle(root) {
  const { exports, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap((target) =>
    typeof target === "object" ? [relative("dist", target.node).replace(/\.js$/, "")] : [],
  );
  const input = Object.fromEntries([...entries, ...PROGRAMS].map((name) => [name, join(root, "dist", `${name}.js`)]));
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const joined = await rolldown({ input, platform: "neutral", external: [/^node:/, ...packages] });
  const coreOf = coreReader(root);
  const { output } = await joined.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: { groups: [{ debugName: "core", name: (id, chunks) => (coreOf(chunks).has(id) ? "core" : null) }] },
  });
  const worker = await joinWorker(root);
  for (const file of filesBelow(root, "dist")) {
    if (/\.js$/.test(file) && !file.startsWith("dist/cli/")) moveToModules(root, file);
    else if (/\.js(\.map)?$/.test(file)) rmSync(join(root, file));
  }
  writeFileSync(join(root, "dist/modules/tasks", WORKER), worker);
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
