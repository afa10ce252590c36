/**
 * Holds package.json's export map and the entries of src/ together, and the library free of what a browser lacks.
 * `node scripts/check-exports.mjs --write` rewrites the export map from the entries that exist.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, importsOf, isTest, resolved, sourceFiles } from "./source-files.mjs";

/** Where Node's builtins may be imported. */
const NODE_PLACES = [
  /^src\/cli\//,
  /^src\/checkpoint\//,
  /^src\/data\/sources\//,
  /^src\/core\/platform\.ts$/,
  /^src\/node\.ts$/,
];
/** Entries that need Node; all others load in a browser. */
export const NODE_ENTRIES = new Set(["./node", "./checkpoint"]);

const isBuiltin = (specifier) => specifier.startsWith("node:") || builtinModules.includes(specifier);

/**
 * The export map that the entries of src/ ask for: src/index.ts is ".", src/x/index.ts and src/x.ts are "./x". Runtimes
 * that open files take the joined ones of `bundle.mjs`, bundlers for a page one module a file, which the package alone has.
 */
export function exportMap(root) {
  const entries = filesBelow(root, "src")
    .filter((path) => /^src\/([a-z-]+\/)?[a-z-]+\.ts$/.test(path) && !isTest(path) && !path.startsWith("src/cli/"))
    .filter((path) => path.split("/").length === 2 || path.endsWith("/index.ts"))
    .map((path) => [path === "src/index.ts" ? "." : `./${/^src\/([a-z-]+)/.exec(path)?.[1]}`, path]);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const map = {};
  for (const [entry, path] of entries) {
    const name = path.replace(/^src\//, "").replace(/\.ts$/, "");
    map[entry] = { types: `./dist/${name}.d.ts`, node: `./dist/${name}.js`, default: `./dist/modules/${name}.js` };
  }
  // a program to bundle, which has nothing to import
  map["./training-worker"] = "./dist/modules/tasks/training-worker.js";
  map["./package.json"] = "./package.json";
  return map;
}

/** The path from `start` to a file that statically imports a builtin of Node, or undefined where there is none. */
function wayToNode(start, importsByPath) {
  const cameFrom = new Map([[start, undefined]]);
  for (const path of cameFrom.keys()) {
    for (const { specifier, typeOnly, dynamic } of importsByPath.get(path) ?? []) {
      if (typeOnly || dynamic) continue;
      if (isBuiltin(specifier)) {
        const way = [specifier];
        for (let at = path; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
        return way;
      }
      if (!specifier.startsWith(".")) continue;
      const target = resolved(path, specifier);
      if (!cameFrom.has(target)) cameFrom.set(target, path);
    }
  }
  return undefined;
}

/**
 * @param {string} root
 * @returns {string[]} one line a violation
 */
export function check(root) {
  const violations = [];
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const map = exportMap(root);
  for (const entry of new Set([...Object.keys(map), ...Object.keys(manifest.exports)])) {
    if (JSON.stringify(map[entry]) !== JSON.stringify(manifest.exports[entry])) {
      violations.push(`package.json: exports["${entry}"] does not fit src/: run npm run exports`);
    }
  }
  for (const [name, path] of Object.entries(manifest.bin ?? {})) {
    const source = path.replace(/^(\.\/)?dist\//, "src/").replace(/\.js$/, ".ts");
    if (!existsSync(join(root, source))) violations.push(`package.json: bin "${name}" has no source ${source}`);
  }
  const importsByPath = new Map();
  for (const { path, tree } of sourceFiles(root)) {
    const imports = importsOf(tree);
    importsByPath.set(path, imports);
    if (isTest(path)) continue;
    for (const { specifier, line } of imports) {
      if (specifier.startsWith(".")) {
        if (!existsSync(join(root, resolved(path, specifier))))
          violations.push(`${path}:${line} imports ${specifier}, which is not there`);
      } else if (isBuiltin(specifier)) {
        if (!NODE_PLACES.some((place) => place.test(path)))
          violations.push(`${path}:${line} imports ${specifier}: a browser has none`);
      } else if (!path.startsWith("src/cli/")) {
        violations.push(`${path}:${line} imports ${specifier}: the library depends on no package, only src/cli may`);
      }
    }
  }
  for (const [entry, target] of Object.entries(map)) {
    if (typeof target === "string" || NODE_ENTRIES.has(entry)) continue;
    const source = target.node.replace("./dist/", "src/").replace(/\.js$/, ".ts");
    const way = wayToNode(source, importsByPath);
    if (way !== undefined) violations.push(`entry "${entry}" reaches Node: ${way.join(" -> ")}`);
  }
  return violations;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes("--write")) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const path = join(root, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.exports = exportMap(root);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
