import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
});
