import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notesToRoll, rollToNotes } from "../../src/data/encoders/piano-roll.ts";
import { midiToNotes, notesToMidi, readMidi, writeMidi } from "../../src/interop/index.ts";
import { jsonLines } from "./fake-shell.ts";

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
