import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const endless = fileURLToPath(new URL("endless-task.mjs", import.meta.url));

let root: string;
let train: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  await writeFile(join(root, "book.txt"), "abc");
  train = ["train", "language-model", "--data", join(root, "book.txt"), "--out", join(root, "model")];
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; stdout: string; stderr: string }>;
}

function started(script: string, argv: readonly string[]): Running {
  const child = spawn(process.execPath, [script, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  return { child, ended: once(child, "close").then(([status]) => ({ status, stdout, stderr })) };
}

describe.skipIf(!existsSync(built))("the built program", () => {
  it("ends with 2 and one line on stderr for a command line at fault", async () => {
    const { status, stdout, stderr } = await started(built, ["smaple"]).ended;
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^recurra: expected a command: .*, got "smaple"\. Did you mean sample\?\n$/);
  });

  it("ends with 1 for a model that is not there, with a stack under --debug", async () => {
    const { status, stderr } = await started(built, ["sample", join(root, "none")]).ended;
    expect(status).toBe(1);
    expect(stderr.split("\n")).toHaveLength(2);
    const debug = await started(built, ["sample", join(root, "none"), "--debug"]).ended;
    expect(debug.stderr).toContain("caused by Error: ENOENT");
  });

  it("stops at the first Ctrl-C, saves and ends with 130", async () => {
    const { child, ended } = started(endless, [...train, "--json"]);
    await once(child.stdout!, "data");
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(130);
    const lines = stdout.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ event: "done", stopped: true });
    expect(stderr).toContain("Stopping and saving.");
    expect(await readdir(join(root, "model"))).toContain("config.json");
  });

  it("ends at once at the second Ctrl-C, without saving", async () => {
    const { child, ended } = started(endless, [...train, "--deaf"]);
    await once(child.stderr!, "data");
    child.kill("SIGINT");
    await once(child.stderr!, "data");
    child.kill("SIGINT");
    expect((await ended).status).toBe(130);
    expect(await readdir(root)).toEqual(["book.txt"]);
  });

  it("ends at once at Ctrl-C where there is nothing to save yet, and where all is saved", {
    timeout: 20_000,
  }, async () => {
    const busy = async (child: ChildProcess) => {
      for await (const bytes of child.stderr!) if (String(bytes).includes("busy")) return;
    };
    const starting = started(endless, [...train, "--busy", "start"]);
    await busy(starting.child);
    starting.child.kill("SIGINT");
    await starting.ended;
    expect(starting.child.signalCode).toBe("SIGINT");
    expect(await readdir(root)).toEqual(["book.txt"]);
    const scoring = started(endless, [...train, "--busy", "score"]);
    await once(scoring.child.stderr!, "data");
    scoring.child.kill("SIGINT");
    await busy(scoring.child);
    scoring.child.kill("SIGINT");
    await scoring.ended;
    expect(scoring.child.signalCode).toBe("SIGINT");
    expect(await readdir(join(root, "model"))).toContain("model.safetensors");
  });

  it("ends quietly when the reader of a sample goes away", async () => {
    const first = started(endless, train);
    await once(first.child.stderr!, "data");
    first.child.kill("SIGINT");
    await first.ended;
    const { child, ended } = started(endless, ["sample", join(root, "model")]);
    await once(child.stdout!, "data");
    child.stdout!.destroy();
    const { status, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("saves what it has when the reader of its reports goes away", async () => {
    const { child, ended } = started(endless, [...train, "--json"]);
    await once(child.stdout!, "data");
    child.stdout!.destroy();
    expect((await ended).stderr).not.toContain("EPIPE");
    expect(await readdir(join(root, "model"))).toContain("config.json");
  });
});
