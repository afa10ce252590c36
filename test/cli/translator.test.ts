import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Task } from "../../src/tasks/task.ts";
import { translatorTask } from "../../src/tasks/translator-task.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const tasks = [translatorTask as Task];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Numbers below 400 with their digits reversed. */
const LINES = Array.from({ length: 400 }, (_, i) => `${i}\t${[...String(i)].reverse().join("")}`);

describe("the command line with the task translator", () => {
  it("trains, resumes, evaluates, and answers line by line with the attention matrix", async () => {
    const [train, test, out] = ["train.tsv", "test.tsv", "model"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(train, `${LINES.filter((_, i) => i % 8 > 0).join("\n")}\n`);
    await writeFile(test, `${LINES.filter((_, i) => i % 8 === 0).join("\n")}\n`);
    const sizes = ["--hidden", "32", "--embedding", "8", "--batch", "32", "--lr", "0.01"];
    const trained = await ran(["train", "translator", "--data", train, "--out", out, "--epochs", "10", ...sizes], {
      tasks,
    });
    expect(trained.status, trained.stderr).toBe(0);
    expect(trained.stdout).toContain("nearest source");
    const resumed = await ran(["train", "--resume", out, "--epochs", "20", "--json"], { tasks });
    const done = jsonLines(resumed.stdout).at(-1)!;
    expect(done).toMatchObject({ event: "done", task: "translator", baseline: { name: "copy of the source" } });

    const evaluated = await ran(["eval", out, "--data", test, "--json"], { tasks });
    const { examples, metrics } = jsonLines(evaluated.stdout).at(-1) as {
      examples: number;
      metrics: Record<string, number>;
    };
    expect(examples).toBe(50);
    expect(metrics.exactMatch).toBeGreaterThan(0.9);
    expect(metrics.charErrorRate).toBeLessThan(0.1);

    const predicted = await ran(["predict", out, "--file", "-", "--json"], { tasks, stdin: ["12", "3\n4", "5\n"] });
    const answers = jsonLines(predicted.stdout) as { input: string; output: string; attention: number[][] }[];
    expect(answers.map(({ input, output }) => [input, output])).toEqual([
      ["123", "321"],
      ["45", "54"],
    ]);
    expect(answers[0]!.attention.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    expect((await ran(["predict", out, "17"], { tasks })).stdout).toBe("71\n");
    expect(JSON.parse(await readFile(join(out, "config.json"), "utf8"))).toMatchObject({ task: "translator" });
  });

  it.each([
    ["--attention none --input-feeding --no-bidirectional", 0],
    ["--attention multiplicative --sampling-rate 1 --sampling-steps 1 --beam 1", 2],
    ["--unit word --min-count 1 --length-penalty 0 --patience 1 --eval-every 1", 1],
  ])("trains and answers with %s", async (flags, tokens) => {
    const [data, out] = [join(root, "pairs.tsv"), join(root, "model")];
    await writeFile(data, `${LINES.slice(0, 60).join("\n")}\n`);
    const argv = ["train", "translator", "--data", data, "--out", out, "--steps", "3", "--hidden", "4"];
    const trained = await ran([...argv, ...flags.split(" ")], { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    const [answer] = jsonLines((await ran(["predict", out, "17", "--json"], { tasks })).stdout);
    expect(answer!.output).toEqual(expect.any(String));
    const attention = answer!.attention as number[][];
    expect(attention.every((row) => row.length === tokens)).toBe(true);
    expect(attention.length > 0).toBe(tokens > 0);
  });

  it("names the line and column of an empty text, and goes on without it where asked", async () => {
    const data = join(root, "pairs.tsv");
    await writeFile(data, `${LINES.slice(0, 20).join("\n")}\n20\t\n${LINES.slice(21, 40).join("\n")}\n`);
    const argv = ["train", "translator", "--data", data, "--out", join(root, "model"), "--steps", "1", "--hidden", "4"];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toMatchInlineSnapshot(`
      "ROOT/pairs.tsv, line 21, column 2: expected a text, got an empty one. It is the only bad record; --skip-bad goes on without.
      "
    `);
    const skipped = await ran([...argv, "--skip-bad"], { tasks });
    expect(skipped.status, skipped.stderr).toBe(0);
  });
});
