import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWav } from "../../src/data/sources/wav.ts";
import type { Task } from "../../src/tasks/task.ts";
import { transcriberTask } from "../../src/tasks/transcriber-task.ts";
import { toneClips } from "../support/spoken-tones.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const tasks = [transcriberTask as Task];
const SIZES = ["--hidden", "16", "--layers", "1", "--bands", "10", "--dropout", "0", "--batch", "8", "--lr", "0.01"];
const STEADY = ["--speed", "0", "--band-masks", "0", "--time-masks", "0", "--valid-fraction", "0.2", "--seed", "1"];

let root: string;
let manifest: string;
let model: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  [manifest, model] = [join(root, "clips.tsv"), join(root, "model")];
  await mkdir(join(root, "wav"));
  const lines = ["path\ttranscript"];
  for (const [i, clip] of toneClips().entries()) {
    const { transcript } = clip;
    await writeFile(join(root, "wav", `${transcript}-${i}.wav`), writeWav(clip));
    lines.push(`wav/${transcript}-${i}.wav\t${transcript}`);
  }
  await writeFile(manifest, `${lines.join("\n")}\n`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("the command line with the task transcriber", () => {
  it("trains on a manifest, evaluates on a folder of named files, and transcribes a file", async () => {
    const argv = ["train", "transcriber", "--data", manifest, "--out", model, "--epochs", "80", "--json"];
    const trained = await ran([...argv, ...SIZES, ...STEADY], { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    expect(jsonLines(trained.stdout).at(-1)).toMatchObject({ event: "done", task: "transcriber" });

    const folder = ["--data", join(root, "wav"), "--label-from", "([ab]+)-\\d+\\.wav$"];
    const evaluated = await ran(["eval", model, ...folder, "--json"], { tasks });
    expect(evaluated.status, evaluated.stderr).toBe(0);
    const { examples, metrics } = jsonLines(evaluated.stdout).at(-1) as {
      examples: number;
      metrics: Record<string, number>;
    };
    expect(examples).toBe(40);
    expect(metrics.charErrorRate).toBeLessThan(0.1);

    const clip = join(root, "wav", "ba-3.wav");
    expect(await ran(["predict", model, clip], { tasks })).toMatchObject({ status: 0, stdout: "ba\n" });
  }, 30_000);

  it("names a wav that is none by its line, and goes on without it where asked", async () => {
    await writeFile(join(root, "wav", "b-1.wav"), "no wav");
    const argv = ["train", "transcriber", "--data", manifest, "--out", model, "--steps", "1", ...SIZES, ...STEADY];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toMatchInlineSnapshot(`
      "ROOT/clips.tsv, line 3, column "path": ROOT/wav/b-1.wav, byte 0: expected a wav file, which begins with "RIFF" and "WAVE", got "no wav". It is the only bad record; --skip-bad goes on without.
      "
    `);
    const skipped = await ran([...argv, "--skip-bad"], { tasks });
    expect(skipped.status, skipped.stderr).toBe(0);
    expect(skipped.stderr).toContain("Left out 1 bad record.");
  });
});
