import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines } from "./fake-shell.ts";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** RECURRA_KILLS=20 kills as often; a few are enough to see whether a change broke it. */
const KILLS = Number(process.env.RECURRA_KILLS ?? 5);
const small = ["--hidden", "16", "--batch", "4", "--bptt", "16", "--lr", "0.01", "--eval-every", "10"];
const deep = [
  "--layers",
  "2",
  "--dropout",
  "0.2",
  "--schedule",
  "cosine",
  "--schedule-steps",
  "1500",
  "--patience",
  "8",
];

describe.skipIf(!existsSync(built))("recurra train --resume", () => {
  let root: string;
  let book: string;

  const run = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built, "train", ...argv], { encoding: "utf8" });
    return { status, stdout, stderr: stderr.replaceAll(root, "ROOT") };
  };
  const start = (out: string, ...more: string[]) =>
    run("language-model", "--data", book, "--out", join(root, out), "--quiet", ...small, ...more);
  const resume = (out: string, ...more: string[]) => run("--resume", join(root, out), ...more);
  const sha256 = async (out: string, name = "model.safetensors") =>
    createHash("sha256")
      .update(await readFile(join(root, out, name)))
      .digest("hex");
  /** The steps of the validations in metrics.jsonl. */
  const validated = async (out: string) =>
    jsonLines(await readFile(join(root, out, "metrics.jsonl"), "utf8")).flatMap(({ step, valid }) =>
      valid === undefined ? [] : [step as number],
    );

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    book = join(root, "book.txt");
    const lines = Array.from({ length: 300 }, (_, i) => `the whale ${(i * i) % 97} and the sea ${(i * 7) % 31}.\n`);
    await writeFile(book, lines.join(""));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("gives the bytes of 200 steps in one run after 100 and a resume to 200", async () => {
    expect(start("whole", "--steps", "200").status).toBe(0);
    expect(start("half", "--steps", "100").status).toBe(0);
    expect(await sha256("half")).not.toBe(await sha256("whole"));
    const resumed = resume("half", "--steps", "200", "--json");
    expect(resumed.status).toBe(0);
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({
      event: "done",
      steps: 200,
      weightsSha256: await sha256("whole"),
    });
    expect(await sha256("half")).toBe(await sha256("whole"));
    expect(await validated("half")).toEqual(await validated("whole"));
    expect((await readdir(join(root, "half"))).sort()).toEqual([
      "config.json",
      "encoder.json",
      "metrics.jsonl",
      "model.safetensors",
      "training.safetensors",
    ]);
  });

  it("keeps the cosine of the first start, and none where that planned no steps", async () => {
    const cosine = ["--schedule", "cosine"];
    start("long", ...cosine, "--steps", "60", "--schedule-steps", "40");
    start("short", ...cosine, "--steps", "40");
    resume("short", "--steps", "60");
    expect(await sha256("short")).toBe(await sha256("long"));
    start("clock", ...cosine, "--minutes", "0.001");
    resume("clock", "--steps", "60");
    start("constant", "--steps", "60");
    expect(await sha256("clock")).toBe(await sha256("constant"));
  });

  it("rebuilds the model from the training state when nothing is left to do", async () => {
    await rm(join(root, "whole", "model.safetensors"));
    await writeFile(join(root, "whole", "config.json"), "{");
    const { status, stderr } = resume("whole");
    expect(status).toBe(0);
    expect(stderr).toContain("Nothing was left to do after step 200: give --steps or --epochs");
    expect(await sha256("whole")).toBe(await sha256("half"));
  });

  it("reads data that was moved, and refuses other data", async () => {
    const moved = join(root, "moved.txt");
    await rename(book, moved);
    const lost = resume("half", "--steps", "210");
    expect(lost.status).toBe(1);
    expect(lost.stderr).toBe(
      "ROOT/book.txt: expected a file or folder that can be read, got no such file. Data that was moved is named with --data.\n",
    );
    expect(resume("half", "--steps", "210", "--data", moved).status).toBe(0);
    await writeFile(book, `${await readFile(moved, "utf8")}.`);
    const before = await sha256("half", "training.safetensors");
    const { status, stdout, stderr } = resume("half", "--steps", "220", "--data", book);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(
      /^ROOT\/book\.txt: expected the data that ROOT\/half was trained on, SHA-256 \w{64}, got "?\w{64}"?\. .*same data\.\n$/,
    );
    expect(await sha256("half", "training.safetensors")).toBe(before);
    await rename(moved, book);
  });

  it("says what a directory lacks that no run can be resumed from", async () => {
    start("plain", "--steps", "10");
    await rm(join(root, "plain", "training.safetensors"));
    expect(resume("plain")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "ROOT/plain: expected training.safetensors, the state of a run to go on from, got a model without it. The model can be used, but its training cannot go on: train again.\n",
    });
    await mkdir(join(root, "empty"));
    expect(resume("empty").stderr).toContain("got no training.safetensors. Give the folder that training wrote");
    expect(resume("none").stderr).toBe(
      "ROOT/none: expected a model directory, got nothing of that name. A run is first saved at its first validation (--eval-every): one that ended before is begun again.\n",
    );
  });

  it("says that a training state is torn", async () => {
    start("torn", "--steps", "10");
    await truncate(join(root, "torn", "training.safetensors"), 5000);
    const { status, stderr } = resume("torn");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ROOT\/torn\/training\.safetensors.*: expected .*\n$/);
  });

  it("lets nothing but the length and the place of the data be said anew", () => {
    for (const [flag, value] of [
      ["--hidden", "32"],
      ["--lr", "0.1"],
      ["--seed", "2"],
      ["--out", "x"],
    ]) {
      const { status, stderr } = resume("half", flag!, value!);
      expect(status).toBe(2);
      expect(stderr).toContain(`train, ${flag}: expected a known option`);
    }
    expect(resume("half", "--steps", "5", "--epochs", "1").stderr).toContain("expected --epochs or --steps, got both");
  });

  /** Kills a process that has saved, within the steps that follow or while it saves again. */
  async function killLater(child: ChildProcess, saved: string, delayMs: number): Promise<boolean> {
    const ended = once(child, "exit");
    await Promise.race([once(child.stdout!, "data"), ended]);
    while (child.exitCode === null && !existsSync(saved)) await setTimeout(5);
    await Promise.race([setTimeout(delayMs), ended]);
    child.kill("SIGKILL");
    const [status, signal] = (await ended) as [number | null, string | null];
    if (signal === null) expect(status).toBe(0);
    return signal === "SIGKILL";
  }

  it(`ends in the same bytes after ${KILLS} SIGKILLs as a run never killed`, {
    timeout: 60_000 + 6000 * KILLS,
  }, async () => {
    const length = ["--steps", "1500"];
    expect(start("calm", ...deep, ...length).status).toBe(0);
    expect((await validated("calm")).at(-1), "patience ends the run").toBeLessThan(1500);
    let random = 12345;
    const argv = (words: string[]) => [built, "train", ...words, "--json"];
    let kills = 0;
    let next = ["language-model", "--data", book, "--out", join(root, "killed"), ...small, ...deep, ...length];
    const saved = join(root, "killed", "training.safetensors");
    for (; kills < KILLS; kills++) {
      random = (random * 1103515245 + 12345) % 2 ** 31;
      const child = spawn(process.execPath, argv(next), { stdio: ["ignore", "pipe", "ignore"] });
      if (!(await killLater(child, saved, random % 60))) break;
      next = ["--resume", join(root, "killed")];
    }
    expect(kills).toBe(KILLS);
    expect(resume("killed", "--quiet")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await sha256("killed")).toBe(await sha256("calm"));
    expect(await validated("killed")).toEqual(await validated("calm"));
    expect((await readdir(join(root, "killed"))).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
