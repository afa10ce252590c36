import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWav } from "../../src/data/sources/wav.ts";
import { languageModelTask } from "../../src/tasks/language-model-task.ts";
import type { Task } from "../../src/tasks/task.ts";
import { transcriberTask } from "../../src/tasks/transcriber-task.ts";
import { spokenTones, toneClips } from "../support/spoken-tones.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const tasks = [transcriberTask as Task, languageModelTask as Task];
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
    const trained = await ran([...argv, ...SIZES, ...STEADY, "--normalize", "utterance"], { tasks });
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

  it("transcribes what is piped in as it arrives, a wav file or raw samples, in chunks where the model reads both ways", async () => {
    const long = spokenTones("abbabab", 3);
    const bytes = writeWav(long);
    const pieces = [bytes.subarray(0, 30), bytes.subarray(30, 5001), bytes.subarray(5001)];
    const train = ["train", "transcriber", "--data", manifest, "--epochs", "60", "--quiet", ...SIZES, ...STEADY];
    const oneWay = join(root, "one-way");
    const both = join(root, "both");
    for (const flags of [
      ["--out", oneWay, "--no-bidirectional"],
      ["--out", both, "--normalize", "global"],
    ]) {
      expect(await ran([...train, ...flags], { tasks })).toMatchObject({ status: 0 });
    }
    const whole = await readFileText(oneWay, ["--beam", "1"]);
    async function readFileText(directory: string, flags: readonly string[]): Promise<string> {
      await writeFile(join(root, "long.wav"), bytes);
      const { status, stdout, stderr } = await ran(["predict", directory, join(root, "long.wav"), ...flags], { tasks });
      expect(status, stderr).toBe(0);
      return stdout;
    }
    expect(whole.length).toBeGreaterThan(4);
    const streamed = await ran(["predict", oneWay, "-", "--stream"], { tasks, stdin: pieces });
    expect(streamed).toMatchObject({ status: 0, stdout: whole });
    const raw = [bytes.subarray(44, 1001), bytes.subarray(1001)];
    const rawArgv = ["predict", oneWay, "--file", "-", "--stream", "--raw-rate", "8000"];
    expect(await ran(rawArgv, { tasks, stdin: raw })).toMatchObject({ status: 0, stdout: whole });
    const json = await ran(["predict", oneWay, "-", "--stream", "--json"], { tasks, stdin: pieces });
    const parts = jsonLines(json.stdout) as { output: string }[];
    expect(`${parts.map(({ output }) => output).join("")}\n`).toBe(whole);

    const refused = await ran(["predict", both, "-", "--stream"], { tasks, stdin: pieces });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("got a bidirectional one, which must hear the whole clip first.");
    expect(refused.stderr).toContain("on the command line --chunk.");
    const chunks = ["--chunk", "6", "--look-ahead", "3"];
    const chunked = await ran(["predict", both, "-", "--stream", ...chunks], { tasks, stdin: pieces });
    expect(chunked.stdout).toBe(await readFileText(both, [...chunks, "--beam", "1"]));

    const none = await ran(["predict", oneWay, "-", "--stream"], { tasks, stdin: ["no wav, but a text"] });
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('standard input, byte 0: expected a wav file, which begins with "RIFF"');
    const searched = await ran(["predict", oneWay, "-", "--stream", "--beam", "8"], { tasks, stdin: pieces });
    expect(searched.stderr).toContain("expected the best path, which is what a stream gives, got the option beamSize.");
  }, 30_000);

  it("prints the baselines in every report, and says plainly that a model does not beat them", async () => {
    const argv = ["train", "transcriber", "--data", manifest, "--out", model, "--steps", "1", ...SIZES, ...STEADY];
    const trained = await ran(argv, { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    const evaluated = await ran(["eval", model, "--data", manifest], { tasks });
    expect(evaluated.status, evaluated.stderr).toBe(0);
    for (const { stdout } of [trained, evaluated]) {
      expect(stdout).toMatch(/most frequent transcript +\d/);
      expect(stdout).toMatch(/nearest clip by time warping +\d/);
      expect(stdout).toContain("The model does not beat the nearest clip by time warping:");
    }
  });

  it("is listed with its options, those of predict by themselves", async () => {
    const { stdout } = await ran(["tasks"], { tasks });
    expect(stdout).toMatch(/transcriber: .* --normalize .*of predict:\n.* --language-model +the directory/s);
  });

  it("resumes to the same bytes as a run that never stopped", async () => {
    const argv = [
      "train",
      "transcriber",
      "--data",
      manifest,
      ...SIZES,
      "--epochs",
      "2",
      "--quiet",
      "--eval-every",
      "3",
    ];
    const other = join(root, "other");
    expect(await ran([...argv, "--out", model], { tasks })).toMatchObject({ status: 0 });
    const steps = ["--steps", "5", "--schedule-steps", "10"];
    const first = argv.flatMap((word) => (word === "--epochs" ? [] : word === "2" ? steps : [word]));
    expect(await ran([...first, "--out", other], { tasks })).toMatchObject({ status: 0 });
    expect(await ran(["train", "--resume", other, "--steps", "10", "--quiet"], { tasks })).toMatchObject({ status: 0 });
    const [whole, resumed] = await Promise.all([model, other].map((path) => readFile(join(path, "model.safetensors"))));
    expect(resumed!.equals(whole!)).toBe(true);
  });

  it("lets a language model choose among texts that sound alike", async () => {
    await writeFile(join(root, "lines.txt"), `${"b\nbb\nbbb\n".repeat(200)}a\n`);
    const language = join(root, "language");
    const train = ["train", "language-model", "--data", join(root, "lines.txt"), "--lines", "--out", language];
    const taught = await ran([...train, "--hidden", "8", "--steps", "60", "--lr", "0.02", "--quiet"], { tasks });
    expect(taught.status, taught.stderr).toBe(0);
    const argv = ["train", "transcriber", "--data", manifest, "--out", model, "--steps", "1", "--quiet"];
    expect(await ran([...argv, ...SIZES, ...STEADY], { tasks })).toMatchObject({ status: 0 });

    // a model of one update hears next to nothing: what it writes is what the language model expects
    const predict = ["predict", model, join(root, "wav", "ab-2.wav"), "--language-model", language];
    const sure = await ran([...predict, "--language-model-weight", "8", "--label-bonus", "10"], { tasks });
    expect(sure.status, sure.stderr).toBe(0);
    expect(sure.stdout).toMatch(/^bb+\n$/);
    const short = await ran([...predict, "--language-model-weight", "8", "--label-bonus", "-10"], { tasks });
    expect(short.stdout).toBe("b\n");
  }, 30_000);

  it("names what is wrong with clips by file and line, and with --skip-bad goes on and says how many", async () => {
    await writeFile(join(root, "wav", "b-1.wav"), "no wav");
    const argv = ["train", "transcriber", "--data", manifest, "--out", model, "--steps", "1", ...SIZES, ...STEADY];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toMatchInlineSnapshot(`
      "ROOT/clips.tsv, line 3, column "path": ROOT/wav/b-1.wav, byte 0: expected a wav file, which begins with "RIFF" and "WAVE", got "no wav". It is the only bad record; --skip-bad goes on without.
      "
    `);
    // an empty clip, an empty transcript, a file that is missing, and a clip too short for what is said
    await writeFile(join(root, "wav", "empty.wav"), writeWav({ samples: new Float32Array(0), sampleRateHz: 8000 }));
    const more = ["wav/empty.wav\ta", "wav/a-0.wav\t", "wav/gone.wav\ta", "wav/a-0.wav\tabababababab"];
    await writeFile(manifest, `${await readFile(manifest, "utf8")}${more.join("\n")}\n`);
    const valid = ["--valid", join(root, "valid.tsv")];
    await writeFile(join(root, "valid.tsv"), "path\ttranscript\nwav/a-0.wav\ta\nwav/empty.wav\ta\n");
    const counted = await ran(argv, { tasks });
    expect(counted.stderr).toContain('line 3, column "path"');
    expect(counted.stderr).toContain("4 records are bad, this is the first; --skip-bad goes on without.");
    const skipped = await ran([...argv, ...valid, "--skip-bad"], { tasks });
    expect(skipped.status, skipped.stderr).toBe(0);
    expect(skipped.stderr).toContain("Left out 6 bad records.");
    const evaluated = await ran(["eval", model, "--data", manifest, "--skip-bad"], { tasks });
    expect(evaluated.status, evaluated.stderr).toBe(0);
    expect(evaluated.stdout).toContain("Left out 4 bad records.");
    const predicted = await ran(["predict", model, join(root, "wav", "empty.wav"), join(root, "wav", "a-0.wav")], {
      tasks,
    });
    expect(predicted.status).toBe(1);
    expect(predicted.stderr).toContain("empty.wav: expected a clip of one sample or more, got none.");
  });
});
