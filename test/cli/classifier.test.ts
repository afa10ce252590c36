import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWav } from "../../src/data/sources/wav.ts";
import { classifierTask } from "../../src/tasks/classifier-task.ts";
import type { Task } from "../../src/tasks/task.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const tasks = [classifierTask as Task];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Numbers by whether they are even. */
const LINES = Array.from({ length: 300 }, (_, i) => `${i},    ${i % 2 === 0 ? "even" : "odd"}`);
const SIZES = ["--hidden", "8", "--embedding", "4", "--lr", "0.02", "--pooling", "last", "--no-bidirectional"];

describe("the command line with the task classifier", () => {
  it("trains, resumes, evaluates, and answers with scores, whole or as tokens arrive", async () => {
    const [data, out] = [join(root, "numbers.csv"), join(root, "model")];
    await writeFile(data, `number,    parity\n${LINES.join("\n")}\n`);
    const columns = ["--text-column", "number", "--label-column", "parity"];
    const argv = ["train", "classifier", "--data", data, "--out", out, "--epochs", "5", ...SIZES, ...columns];
    const trained = await ran(argv, { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    expect(trained.stdout).toContain("naive Bayes");
    const resumed = await ran(["train", "--resume", out, "--epochs", "10", "--json"], { tasks });
    const done = jsonLines(resumed.stdout).at(-1)!;
    expect(done).toMatchObject({ event: "done", task: "classifier", baseline: { name: "most frequent label" } });

    const evaluated = await ran(["eval", out, "--data", data, "--json"], { tasks });
    expect(jsonLines(evaluated.stdout).at(-1)).toMatchObject({ examples: 300, metrics: { accuracy: 1, macroF1: 1 } });
    const table = (await ran(["eval", out, "--data", data], { tasks })).stdout;
    expect(table.slice(table.indexOf("taken for"))).toContain(
      "taken for  even  odd\n  even      150    0\n  odd         0  150\n",
    );

    const predicted = await ran(["predict", out, "--file", "-", "--json"], { tasks, stdin: ["1234\n87", "5\n"] });
    const answers = jsonLines(predicted.stdout) as { output: string; scores: Record<string, number> }[];
    expect(answers.map(({ output }) => output)).toEqual(["even", "odd"]);
    expect(answers[0]!.scores.even).toBeGreaterThan(0.5);
    expect((await ran(["predict", out, "17"], { tasks })).stdout).toMatch(/^odd\t0\.\d{4}\n$|^odd\t1\.0000\n$/);
    const streamed = await ran(["predict", out, "--stream", "--file", "-", "--json"], { tasks, stdin: ["1\n2\n3\n"] });
    expect(jsonLines(streamed.stdout).map(({ output }) => output)).toEqual(["odd", "even", "odd"]);
  });

  it("names the line and column of an empty label, and goes on without it where asked", async () => {
    const data = join(root, "numbers.csv");
    await writeFile(data, `text,label\n${LINES.slice(0, 40).join("\n")}\n40,\n`);
    const argv = ["train", "classifier", "--data", data, "--out", join(root, "model"), "--steps", "1", ...SIZES];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toBe(
      'ROOT/numbers.csv, line 42, column "label": expected a label, got an empty one. ' +
        "It is the only bad record; --skip-bad goes on without.\n",
    );
    const skipped = await ran([...argv, "--skip-bad"], { tasks });
    expect(skipped.status, skipped.stderr).toBe(0);
  });

  it("says what to do with a table whose cells are parted by semicolons", async () => {
    const data = join(root, "numbers.csv");
    await writeFile(data, "text;label\n1;odd\n2;even\n");
    const { status, stderr } = await ran(["train", "classifier", "--data", data, "--out", join(root, "m")], { tasks });
    expect(status).toBe(1);
    expect(stderr).toMatch(/got a single column.*\. Its cells are parted by semicolons: save it with commas,/);
    await writeFile(data, "text\n1\n2\n");
    const plain = await ran(["train", "classifier", "--data", data, "--out", join(root, "m")], { tasks });
    expect(plain.stderr).toMatch(/Name it with --label-column, /);
  });

  it("names the file and line of an unknown validation label with the count of all, and goes on without them where asked", async () => {
    const [data, valid, out] = [join(root, "numbers.csv"), join(root, "valid.csv"), join(root, "model")];
    await writeFile(data, `text,label\n${LINES.slice(0, 40).join("\n")}\n`);
    await writeFile(valid, "text,label\n1,odd\n2,pair\n3,odd\n4,pair\n");
    const argv = ["train", "classifier", "--data", data, "--valid", valid, "--out", out, "--steps", "1", ...SIZES];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toBe(
      'ROOT/valid.csv, line 3, label: expected a label that was trained on: even, odd, got "pair". ' +
        "2 records are bad, this is the first; --skip-bad goes on without.\n",
    );
    const skipped = await ran([...argv, "--skip-bad", "--json"], { tasks });
    expect(skipped.status, skipped.stderr).toBe(0);
    expect(skipped.stderr).toContain("Left out 2 bad records.");
    expect(jsonLines(skipped.stdout).at(-1)).toMatchObject({ valid: { examples: 2 } });
    const evaluated = await ran(["eval", out, "--data", valid, "--skip-bad", "--json"], { tasks });
    expect(jsonLines(evaluated.stdout).at(-1)).toMatchObject({ examples: 2, skipped: 2 });
    expect((await ran(["eval", out, "--data", valid], { tasks })).stderr).toContain("line 3, label");
    await writeFile(valid, "text,label\n2,pair\n4,pair\n");
    const none = await ran(["eval", out, "--data", valid, "--skip-bad"], { tasks });
    expect(none.status).toBe(1);
    expect(none.stderr.replaceAll(root, "ROOT")).toBe(
      "ROOT/valid.csv: expected at least one record that is not at fault, got none: left out 2 bad records.\n",
    );
  });

  it("answers a number where a target column is given, with its error beside that of the mean", async () => {
    const [data, out] = [join(root, "stars.tsv"), join(root, "model")];
    const rows = Array.from(
      { length: 100 },
      (_, i) => `${"*".repeat(1 + (i % 5))}${".".repeat(i % 7)}\t${1 + (i % 5)}`,
    );
    await writeFile(data, `review\tstars\n${rows.join("\n")}\n`);
    const argv = ["train", "classifier", "--data", data, "--out", out, "--target-column", "stars", "--epochs", "30"];
    const trained = await ran([...argv, ...SIZES, "--no-drop-duplicates"], { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    const [head, model, mean] = trained.stdout.split("\n").slice(2);
    expect(head!.split(/ {2,}/)).toEqual(["validation", "MAE", "RMSE"]);
    expect(mean).toMatch(/^ {2}mean {2,}/);
    const maeOf = (line: string | undefined): number => Number(line!.trim().split(/ {2,}/)[1]);
    expect(maeOf(model)).toBeLessThan(0.5 * maeOf(mean));
    const answer = await ran(["predict", out, "****"], { tasks });
    expect(Math.abs(Number(answer.stdout) - 4)).toBeLessThan(0.5);
    const told = jsonLines((await ran(["predict", out, "****", "--json"], { tasks })).stdout)[0]!;
    expect(told).toEqual({ event: "predict", input: "****", output: Number(answer.stdout) });
    const both = await ran([...argv, "--label-column", "stars", "--force"], { tasks });
    expect(both.status).toBe(2);
  });

  it("answers several labels, by a separator of cells or by lists of JSON", async () => {
    const [table, lines, out] = [join(root, "tags.csv"), join(root, "tags.jsonl"), join(root, "model")];
    const tagsOf = (i: number): string[] => ["two", "three"].filter((_, k) => i % (k + 2) === 0);
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    await writeFile(table, `text,labels\n${numbers.map((i) => `${i},${tagsOf(i).join("|")}`).join("\n")}\n`);
    await writeFile(lines, numbers.map((i) => JSON.stringify({ text: `${i}`, labels: tagsOf(i) })).join("\n"));
    const train = async (data: string, ...flags: string[]): Promise<string> => {
      const argv = [
        "train",
        "classifier",
        "--data",
        data,
        "--out",
        out,
        "--steps",
        "30",
        ...SIZES,
        "--json",
        "--force",
      ];
      const { stdout, status, stderr } = await ran([...argv, ...flags], { tasks });
      expect(status, stderr).toBe(0);
      const done = jsonLines(stdout).at(-1)! as { weightsSha256: string };
      expect(done).toMatchObject({
        valid: { microF1: expect.any(Number) },
        baseline: { name: "most frequent set of labels" },
      });
      return done.weightsSha256;
    };
    const byTable = await train(table, "--label-separator", "|");
    const table2 = await ran(["eval", out, "--data", table], { tasks });
    expect(table2.stdout).toMatch(/^evaluation +micro F1 +macro F1 +accuracy\n/);
    expect(await train(lines)).toBe(byTable);
    const [answer] = jsonLines((await ran(["predict", out, "30", "--json"], { tasks })).stdout);
    expect(Array.isArray(answer!.output)).toBe(true);
    expect(Object.keys(answer!.scores as object)).toEqual(["three", "two"]);
  });

  it("reads vectors from JSON lines in training, prediction and streams, and names what is wrong in them", async () => {
    const [data, out] = [join(root, "waves.jsonl"), join(root, "model")];
    const records = Array.from({ length: 60 }, (_, i) => ({
      sequence: Array.from({ length: 2 + (i % 3) }, (_, t) => [(i % 2 === 0 ? 1 : -1) * t * 50 + 700, i]),
      label: i % 2 === 0 ? "up" : "down",
    }));
    await writeFile(data, `${records.map((record) => JSON.stringify(record)).join("\n")}\n`);
    const trained = await ran(["train", "classifier", "--data", data, "--out", out, "--epochs", "20", ...SIZES], {
      tasks,
    });
    expect(trained.status, trained.stderr).toBe(0);
    const stdin = ["[[700,5],[752,5]]\n", '{"sequence":[[700,1],[640,1],[600,1]]}\n', "[[700,5],[752]]\n", "up\n"];
    const predicted = await ran(["predict", out, "--file", "-", "--json"], { tasks, stdin });
    expect(predicted.status).toBe(1);
    expect(jsonLines(predicted.stdout).map(({ output }) => output)).toEqual(["up", "down", undefined, undefined]);
    expect(predicted.stderr).toBe(
      "standard input, line 3, column 10: expected 2 numbers, as at the first step, got 1.\n" +
        'standard input, line 4, column 1: expected JSON, got "up".\n',
    );
    const streamed = await ran(["predict", out, "--stream", "--file", "-", "--json"], {
      tasks,
      stdin: ["[700,5]\n[752,5]\n"],
    });
    const answers = jsonLines(streamed.stdout);
    expect(answers).toHaveLength(2);
    expect(answers[1]!.scores).toEqual(jsonLines(predicted.stdout)[0]!.scores);
  });

  it("hears a folder of clips for each label, and answers a wav file", async () => {
    const [data, out] = [join(root, "tones"), join(root, "model")];
    const tone = (hz: number, i: number): Uint8Array => {
      const samples = Float32Array.from({ length: 1200 }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hz * n) / 8000 + i));
      return writeWav({ samples, sampleRateHz: 8000 });
    };
    for (const [label, hz] of [
      ["low", 300],
      ["high", 1500],
    ] as const) {
      await mkdir(join(data, label), { recursive: true });
      for (let i = 0; i < 10; i++) await writeFile(join(data, label, `${i}.wav`), tone(hz + 10 * i, i));
    }
    const trained = await ran(["train", "classifier", "--data", data, "--out", out, "--epochs", "10", ...SIZES], {
      tasks,
    });
    expect(trained.status, trained.stderr).toBe(0);
    await writeFile(join(root, "new.wav"), tone(333, 3));
    expect((await ran(["predict", out, join(root, "new.wav")], { tasks })).stdout).toMatch(/^low\t/);
    const streamed = await ran(["predict", out, "--stream", join(root, "new.wav")], { tasks });
    expect(streamed.status).toBe(1);
    expect(streamed.stderr).toContain("got one that hears whole wav files");
  });
});
