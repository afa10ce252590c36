import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notesToRoll, rollToNotes } from "../../src/data/encoders/piano-roll.ts";
import { midiToNotes, notesToMidi, readMidi, writeMidi } from "../../src/interop/index.ts";
import { generatorTask } from "../../src/tasks/generator-task.ts";
import type { Task } from "../../src/tasks/task.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const sizes = ["--hidden", "16", "--batch", "8", "--lr", "0.02", "--json"];

describe.skipIf(!existsSync(built))("the built program with the task generator", () => {
  let root: string;
  const at = (name: string): string => join(root, name);
  const recurra = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...argv], { encoding: "utf8" });
    return { status, stdout, stderr: stderr.replaceAll(root, "ROOT") };
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    const names = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? `f,an${"a".repeat(i % 3)}` : `m,bo${"b".repeat(i % 3)}`,
    );
    await writeFile(at("names.csv"), `gender,name\n${names.join("\n")}\n`);
    const piece = (length: number) => Array.from({ length }, (_, t) => [48 + (t % 4), 60 + (t % 4)]);
    const pieces = Array.from({ length: 20 }, (_, i) => piece(6 + (i % 4)));
    await writeFile(
      at("rolls.json"),
      JSON.stringify({ train: pieces, valid: pieces.slice(0, 4), test: pieces.slice(4, 9) }),
    );
    await mkdir(at("tunes"));
    for (const [i, roll] of pieces.entries()) {
      await writeFile(at(`tunes/${i}.mid`), writeMidi(notesToMidi(rollToNotes(roll))));
    }
    await writeFile(at("begin.mid"), writeMidi(notesToMidi(rollToNotes(piece(2)))));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("trains on names by label, samples by label, predicts, and measures beside baselines", () => {
    const condition = ["--condition-column", "gender"];
    const argv = [
      "train",
      "generator",
      "--data",
      at("names.csv"),
      "--out",
      at("names"),
      "--steps",
      "120",
      ...condition,
    ];
    const done = jsonLines(recurra(...argv, ...sizes).stdout).at(-1)!;
    expect(done).toMatchObject({ event: "done", steps: 120, baseline: { name: "unigram" } });
    const sampled = recurra("sample", at("names"), "--condition", "m", "--count", "5", "--seed", "3");
    expect(sampled.stdout).toMatch(/^(bob*\n){5}$/);
    expect(recurra("sample", at("names"), "--condition", "m", "--count", "5", "--seed", "3").stdout).toBe(
      sampled.stdout,
    );
    const [one] = jsonLines(recurra("sample", at("names"), "--condition", "f", "--seed", "3", "--json").stdout);
    expect(one).toMatchObject({ event: "sample", condition: "f", seed: 3, temperature: 1 });
    expect(one!.text).toMatch(/^ana*$/);
    expect(recurra("predict", at("names"), "f", "m").stdout).toMatch(/^an.*\nbo.*\n$/);
    const [score] = jsonLines(recurra("eval", at("names"), "--data", at("names.csv"), ...condition, "--json").stdout);
    const { metrics, baseline } = score as Record<string, Record<string, number>>;
    expect(metrics!.nllPerStep).toBeLessThan(baseline!.nllPerStep!);
    const wrong = recurra("sample", at("names"), "--condition", "x");
    expect([wrong.status, wrong.stderr]).toEqual([1, 'condition: expected one of "f", "m", got "x".\n']);
  });

  it("trains on rolls, goes on from a MIDI file, and writes a MIDI file at the tempo asked for", async () => {
    const argv = [
      "train",
      "generator",
      "--data",
      at("rolls.json"),
      "--out",
      at("music"),
      "--steps",
      "150",
      "--dropout",
      "0",
    ];
    expect(jsonLines(recurra(...argv, ...sizes).stdout).at(-1)).toMatchObject({
      baseline: { name: "key frequencies" },
    });
    const sampling = ["sample", at("music"), "--prompt", at("begin.mid"), "--length", "4", "--temperature", "0"];
    expect(recurra(...sampling, "--out", at("out.mid"), "--tempo", "90").stdout).toBe(`${at("out.mid")}\n`);
    const file = readMidi(new Uint8Array(await readFile(at("out.mid"))), "out.mid");
    expect(file.tracks[0]!.events[0]).toMatchObject({ kind: "tempo", microsecondsPerQuarter: 666_667 });
    expect(notesToRoll(midiToNotes(file, "out.mid"))).toEqual([0, 1, 2, 3, 0, 1].map((t) => [48 + t, 60 + t]));
    const again = recurra(...sampling, "--out", at("out.mid"));
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("--force writes over it.");
    const several = recurra(...sampling, "--out", at("several.mid"), "--count", "2");
    expect(several.stdout).toBe(`${at("several-1.mid")}\n${at("several-2.mid")}\n`);
    expect(JSON.parse(recurra(...sampling).stdout)).toHaveLength(6);
    // eval takes the part "test"
    const [score] = jsonLines(recurra("eval", at("music"), "--data", at("rolls.json"), "--json").stdout);
    expect(score).toMatchObject({ examples: [6, 7, 8, 9, 6].reduce((a, b) => a + b, 0) });
    const other = recurra("sample", at("names"), "--condition", "m", "--out", at("no.mid"));
    expect(other.stderr).toContain("expected a model that writes music");
  });

  it("trains on a folder of MIDI files as events, and stops and resumes to the same bytes", () => {
    const train = (out: string, steps: string) =>
      recurra(
        "train",
        "generator",
        "--data",
        at("tunes"),
        "--unit",
        "events",
        "--out",
        at(out),
        "--steps",
        steps,
        "--schedule-steps",
        "20",
        "--eval-every",
        "5",
        ...sizes,
      );
    const whole = jsonLines(train("whole", "20").stdout).at(-1)!;
    train("parts", "10");
    const resumed = jsonLines(recurra("train", "--resume", at("parts"), "--steps", "20", "--json").stdout).at(-1)!;
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(recurra("sample", at("whole"), "--seed", "1", "--length", "20").stdout).toMatch(/^(on|off|wait) \d+/);
  });

  it("names bad records, and goes on without them when asked to", async () => {
    await writeFile(at("bad.csv"), "label,name\nf,Ada\nm,\nf,Eve\nf,Ida\nm,Bo\n");
    const argv = [
      "train",
      "generator",
      "--data",
      at("bad.csv"),
      "--out",
      at("bad"),
      "--steps",
      "1",
      "--valid-fraction",
      "0.5",
    ];
    const { status, stderr } = recurra(...argv, ...sizes);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'ROOT/bad.csv, line 3, column "name": expected a sequence: a text, or a list of steps of pitches, got an empty text. It is the only bad record; --skip-bad goes on without.\n',
    );
    expect(recurra(...argv, ...sizes, "--skip-bad", "--condition-kind", "none").status).toBe(0);
  });
});

describe("the command line with the task generator", () => {
  const tasks = [generatorTask as Task];
  const recurra = (...argv: string[]) => ran(argv, { tasks });
  let root: string;
  const at = (name: string): string => join(root, name);
  const train = (data: string, out: string, ...more: string[]) =>
    recurra("train", "generator", "--data", at(data), "--out", at(out), "--hidden", "16", "--lr", "0.02", ...more);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    // x says how many, y is always the same
    const lines = Array.from({ length: 40 }, (_, i) => `${i % 4},7,${"ab".repeat(1 + (i % 4))}`);
    await writeFile(at("numbers.csv"), `x,y,text\n${lines.join("\n")}\n`);
    await writeFile(at("labels.csv"), `label,name\n${"f,Ada\nm,Alan\n".repeat(10)}`);
    await writeFile(at("valid.csv"), "label,name\nf,Ada\nx,Eve\nm,Alan\ny,Bo\n");
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("makes texts from numbers, goes on from a beginning, and answers lines of numbers", async () => {
    const numbers = ["--condition-column", "x,y", "--sequence-column", "text", "--dropout", "0", "--steps", "150"];
    expect((await train("numbers.csv", "numbers", ...numbers)).status).toBe(0);
    const sampling = ["sample", at("numbers"), "--temperature", "0"];
    expect((await recurra(...sampling, "--condition", "2,7")).stdout).toBe("ababab\n");
    expect((await recurra(...sampling, "--condition", "3,7", "--prompt", "aba")).stdout).toBe("abababab\n");
    expect((await recurra("predict", at("numbers"), "0,7", "1,7")).stdout).toBe("ab\nabab\n");
    const wrong = await recurra("predict", at("numbers"), "2", "1,7");
    expect(wrong).toMatchObject({ status: 1, stdout: "abab\n" });
    expect(wrong.stderr).toBe("predict, input 1: condition: expected 2 numbers, got [2].\n");
  });

  it("names validation records of an unknown condition by line, and with --skip-bad goes on and says how many", async () => {
    const refused = await train("labels.csv", "labels", "--steps", "1", "--valid", at("valid.csv"));
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toBe(
      'ROOT/valid.csv, line 3, column "label": expected one of "f", "m", got "x". ' +
        "2 records are bad, this is the first; --skip-bad goes on without.\n",
    );
    const skipped = await train(
      "labels.csv",
      "labels",
      "--steps",
      "1",
      "--valid",
      at("valid.csv"),
      "--skip-bad",
      "--json",
    );
    expect(skipped.status, skipped.stderr).toBe(0);
    expect(skipped.stderr).toContain("Left out 2 bad records.");
    expect(jsonLines(skipped.stdout).at(-1)).toMatchObject({ skipped: 2, valid: { tokens: 9 } });
    const evaluation = ["eval", at("labels"), "--data", at("valid.csv")];
    expect((await recurra(...evaluation)).stderr).toContain("2 records are bad");
    expect((await recurra(...evaluation, "--skip-bad")).stdout).toContain("Left out 2 bad records.");
    const resumed = await recurra("train", "--resume", at("labels"), "--steps", "2");
    expect(resumed.status, resumed.stderr).toBe(0);
  });
});
