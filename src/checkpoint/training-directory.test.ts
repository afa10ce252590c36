import { copyFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveModel } from "./model-directory.ts";
import type { ModelFiles } from "./model-files.ts";
import { loadTraining, TrainingDirectory } from "./training-directory.ts";

const model: ModelFiles = {
  config: { task: "language-model" },
  encoder: {},
  weights: new Map([["w", { shape: [1], data: Float32Array.of(1) }]]),
};
/** What a run that stands at a step saves. */
const at = (step: number) => ({
  task: "language-model",
  options: { seed: 1 },
  data: { path: "/books/book.txt", sha256: "ab" },
  state: { tensors: new Map(), numbers: { step: [step] } },
});

let root: string;
let path: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  path = join(root, "book");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const metrics = () => readFile(join(path, "metrics.jsonl"), "utf8");
const resume = async (): Promise<TrainingDirectory> => TrainingDirectory.resume(path, await loadTraining(path));
const lines = (...steps: number[]) => steps.map((step) => `{"step":${step}}\n`).join("");

describe("TrainingDirectory", () => {
  it("writes nothing before the first save, and then every line", async () => {
    const directory = new TrainingDirectory(path);
    await directory.append({ step: 1 });
    await expect(metrics()).rejects.toThrow("ENOENT");
    await directory.save(model, at(1));
    await directory.append({ step: 2 });
    await directory.append({ step: 3 });
    await directory.save(model, at(3));
    await directory.save(model);
    expect(await metrics()).toBe(lines(1, 2, 3));
  });

  it("cuts off the lines after the last save, and keeps every line before it over many resumes", async () => {
    let directory = new TrainingDirectory(path);
    await directory.append({ step: 1 });
    await directory.save(model, at(1));
    for (const step of [2, 4, 6]) {
      await directory.append({ step });
      await directory.save(model, at(step));
      await directory.append({ step: step + 1 });
      directory = await resume();
      expect(await metrics()).toBe(lines(1, ...[2, 4, 6].filter((each) => each <= step)));
    }
  });

  it("gives a killed run the lines since the save before last, whatever became of metrics.jsonl", async () => {
    const directory = new TrainingDirectory(path);
    await directory.append({ step: 1 });
    await directory.save(model, at(1));
    await directory.append({ step: 2 });
    await directory.save(model, at(2));
    await truncate(join(path, "metrics.jsonl"), lines(1).length + 3);
    await resume();
    expect(await metrics()).toBe(lines(1, 2));
    await rm(join(path, "metrics.jsonl"));
    await resume();
    expect(await metrics()).toBe(lines(2));
  });

  it("takes nothing of the model it replaced when it was killed between the renames of its first save", async () => {
    await saveModel(path, model, { reports: [{ old: 1 }, { old: 2 }] });
    await copyFile(join(path, "metrics.jsonl"), join(root, "old.jsonl"));
    const directory = new TrainingDirectory(path);
    await directory.append({ step: 1 });
    await directory.save(model, at(1));
    await rename(join(root, "old.jsonl"), join(path, "metrics.jsonl"));
    await (await resume()).append({ step: 2 });
    expect(await metrics()).toBe(lines(1, 2));
  });

  it("says that a line cannot be written", async () => {
    const directory = new TrainingDirectory(path);
    await directory.save(model, at(1));
    await rm(join(path, "metrics.jsonl"));
    await writeFile(join(root, "x"), "");
    await rm(path, { recursive: true });
    await expect(directory.append({ step: 2 })).rejects.toThrow(
      "metrics.jsonl: expected a file that can be written, got nothing of that name.",
    );
  });
});
