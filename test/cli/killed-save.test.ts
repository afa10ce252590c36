import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadModelFiles } from "../../src/checkpoint/load-model-files.ts";

const built = new URL("../../dist/checkpoint/model-directory.js", import.meta.url);

/** Saves models without end, each with all of its weights equal to its number, and says so after each. */
const program = `
import { saveModel } from ${JSON.stringify(pathToFileURL(built.pathname).href)};
for (let n = 1; ; n++) {
  const weights = new Map([["w", { shape: [50000], data: new Float32Array(50000).fill(n) }]]);
  await saveModel(process.argv[1], { config: { task: "language-model" }, encoder: {}, weights }, { force: true });
  process.stdout.write(n + "\\n");
}`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it.skipIf(!existsSync(built))("leaves a whole model wherever a save is killed", async () => {
  const directory = join(root, "model");
  for (const delayMs of [0, 1, 2, 3, 5, 8]) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, directory], { stdio: "pipe" });
    await once(child.stdout, "data");
    setTimeout(() => child.kill("SIGKILL"), delayMs);
    await once(child, "exit");
    const weights = (await loadModelFiles(directory)).weights.get("w");
    expect(weights?.data.length).toBe(50000);
    expect(new Set(weights?.data).size).toBe(1);
  }
});
