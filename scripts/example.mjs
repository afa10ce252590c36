/** `npm run example -- NAME [ARGUMENT …]` compiles examples/ and runs examples/NAME/index.ts. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";
import { filesBelow } from "./source-files.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !existsSync(join(root, "examples", name, "index.ts"))) {
  const names = filesBelow(root, "examples")
    .filter((path) => path.endsWith("/index.ts"))
    .map((path) => path.slice("examples/".length, -"/index.ts".length));
  console.error(`example: expected one of ${names.join(", ")}, got ${name ?? "no name"}.`);
  process.exit(2);
}
const messages = compile(root, "examples", "build/examples");
if (messages.length > 0) {
  console.error(messages.join("\n"));
  process.exit(1);
}
const program = join(root, "build", "examples", name, "index.js");
const run = spawnSync(process.execPath, [program, ...rest], { stdio: "inherit" });
process.exit(run.status ?? 1);
