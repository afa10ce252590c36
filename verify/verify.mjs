/** `npm run verify [-- --full]` compiles verify/ and runs verify/main.ts. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compile } from "../scripts/compile.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const messages = compile(root, "verify", "build/verify");
if (messages.length > 0) {
  process.stderr.write(`${messages.join("\n")}\n`);
  process.exit(1);
}
const run = spawnSync(process.execPath, [`${root}build/verify/main.js`, ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
