import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModelFiles } from "../../src/checkpoint/load-model-files.ts";
import { saveModel } from "../../src/checkpoint/model-directory.ts";
import type { ModelFiles } from "../../src/checkpoint/model-files.ts";
import { loadTraining, TrainingDirectory } from "../../src/checkpoint/training-directory.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const MODEL_FILES = ["config.json", "encoder.json", "metrics.jsonl", "model.safetensors"];
const FULL =
  /^data: \S+: expected a (folder|file) that can be written, got a full disk\. Make room and try again; what was saved before stands\.$/;

const modelOf = (value: number, count: number): ModelFiles => ({
  config: { task: "language-model" },
  encoder: {},
  weights: new Map([["w", { shape: [count], data: new Float32Array(count).fill(value) }]]),
});
const record = (step: number) => ({
  task: "language-model",
  options: { seed: 1 },
  data: { path: "/books/book.txt", sha256: "ab" },
  state: { tensors: new Map(), numbers: { step: [step] } },
});
const message = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error("no error"),
    (thrown: Error & { code?: string }) => thrown,
  );
  return `${(error as { code?: string }).code}: ${error.message}`;
};

const probe: SmallDisk = mountSmallDisk(64);
if ("remove" in probe) probe.remove();
const title = "on a full disk";

describe.skipIf("reason" in probe)("reason" in probe ? `${title} (skipped: ${probe.reason})` : title, () => {
  let disk: SmallDisk;
  let root: string;
  beforeEach(() => {
    disk = mountSmallDisk(256);
    root = "path" in disk ? disk.path : "";
  });
  afterEach(() => {
    if ("remove" in disk) disk.remove();
  });
  const fill = async (): Promise<void> => {
    for (let size = 1 << 18; size >= 1; size >>= 1) {
      await writeFile(join(root, `filler-${size}`), new Uint8Array(size)).catch(() => undefined);
    }
  };

  it("saveModel says so, leaves nothing half-written, and the model that was there stands", async () => {
    const directory = join(root, "book");
    await saveModel(directory, modelOf(1, 1000));
    expect(await message(saveModel(directory, modelOf(2, 100_000), { force: true }))).toMatch(FULL);
    expect((await readdir(directory)).sort()).toEqual(MODEL_FILES);
    expect((await loadModelFiles(directory)).weights.get("w")?.data[999]).toBe(1);
    await saveModel(directory, modelOf(2, 1000), { force: true });
    expect((await loadModelFiles(directory)).weights.get("w")?.data[999]).toBe(2);
  });

  it("a run's save and its lines say so, and the run can be resumed from its last save", async () => {
    const path = join(root, "run");
    const directory = new TrainingDirectory(path);
    await directory.append({ step: 1 });
    await directory.save(modelOf(1, 1000), record(1));
    await fill();
    expect(await message(directory.save(modelOf(2, 1000), record(2)))).toMatch(FULL);
    const long = { step: 2, text: "x".repeat(8192) };
    expect(await message(directory.append(long))).toMatch(FULL);
    for (const name of await readdir(root)) if (name.startsWith("filler")) await rm(join(root, name));
    const last = await loadTraining(path);
    expect(last.state.numbers.step).toEqual([1]);
    await TrainingDirectory.resume(path, last);
    expect(await readFile(join(path, "metrics.jsonl"), "utf8")).toBe('{"step":1}\n');
    expect((await loadModelFiles(path)).weights.get("w")?.data[0]).toBe(1);
  });

  it.skipIf(!existsSync(built))(
    "recurra train ends with one line, and goes on with --resume after room is made",
    async () => {
      const data = await mkdtemp(join(tmpdir(), "recurra-"));
      const book = join(data, "book.txt");
      await writeFile(book, "the whale and the sea and the ship.\n".repeat(100));
      const sizes = ["--hidden", "16", "--batch", "4", "--bptt", "16", "--eval-every", "10"];
      const train = (...argv: string[]) =>
        spawnSync(process.execPath, [built, "train", ...argv, "--quiet"], { encoding: "utf8" });
      const out = join(root, "book");
      const start = ["language-model", "--data", book, "--out", out, ...sizes];
      expect(train(...start, "--steps", "10").status).toBe(0);
      await fill();
      const full = train("--resume", out, "--steps", "40");
      expect(full.status).toBe(1);
      expect(full.stderr).toMatch(/^\S+: expected a (folder|file) that can be written, got a full disk\. .*\n$/);
      for (const name of await readdir(root)) if (name.startsWith("filler")) await rm(join(root, name));
      expect(train("--resume", out, "--steps", "40").status).toBe(0);
      await rm(data, { recursive: true });
    },
  );
});
