/** Compiles TypeScript that uses the package as its users do: `recurra` is what dist/ holds, by the export map. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Type-checks `sources` (a folder) and writes JavaScript into `out`; both lie inside the package, so that Node finds
 * `recurra` from there.
 *
 * @param {string} root
 * @param {string} sources
 * @param {string} out
 * @returns {string[]} the compiler's messages, `file(line,column): error …`
 */
export function compile(root, sources, out) {
  mkdirSync(join(root, out), { recursive: true });
  const project = join(root, out, "tsconfig.json");
  const options = {
    noEmit: false,
    rootDir: relative(join(root, out), join(root, sources)) || ".",
    outDir: ".",
    paths: {},
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const settings = {
    extends: relative(join(root, out), join(root, "tsconfig.json")),
    compilerOptions: options,
    include: [`${options.rootDir}/**/*.ts`],
  };
  writeFileSync(project, JSON.stringify(settings));
  const run = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", project, "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
  });
  return run.status === 0 ? [] : `${run.stdout}${run.stderr}`.trim().split("\n");
}
