import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { taggerTask } from "../../src/tasks/tagger-task.ts";
import type { Task } from "../../src/tasks/task.ts";
import { jsonLines, ran } from "./fake-shell.ts";

const tasks = [taggerTask as Task];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const NAMES = ["Harry", "Ron", "Luna", "Ginny", "Fred"];
const VERBS = ["met", "saw", "heard"];

/** "Harry Potter met Ron", a token a line. */
const SENTENCES = Array.from({ length: 60 }, (_, i) =>
  [
    `${NAMES[i % 5]}\tB-person`,
    ...(i % 2 === 0 ? ["Potter\tI-person"] : []),
    `${VERBS[i % 3]}\tO`,
    `${NAMES[(i + 2) % 5]}\tB-person`,
    "",
  ].join("\n"),
);
const SIZES = ["--hidden", "8", "--embedding", "8", "--letter-hidden", "4", "--batch", "8", "--lr", "0.02"];

describe("the command line with the task tagger", () => {
  it("trains, resumes, evaluates beside the baselines, and answers line by line", async () => {
    const [train, test, out] = ["train.conll", "test.conll", "model"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(train, `${SENTENCES.slice(0, 50).join("\n")}\n`);
    await writeFile(test, `${SENTENCES.slice(50).join("\n")}\n`);
    const argv = ["train", "tagger", "--data", train, "--valid", test, "--out", out, "--epochs", "4", ...SIZES];
    argv.push("--fit-outside-bias");
    const trained = await ran(argv, { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    expect(trained.stdout).toContain("capitalised runs are persons");
    const resumed = await ran(["train", "--resume", out, "--epochs", "8", "--json"], { tasks });
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({ event: "done", task: "tagger" });

    const evaluated = await ran(["eval", out, "--data", test, "--json"], { tasks });
    const { metrics } = jsonLines(evaluated.stdout).at(-1) as { metrics: Record<string, number> };
    expect(metrics.entityF1).toBeGreaterThan(0.9);

    const stdin = ["Luna Potter saw Fr", "ed\n"];
    const predicted = await ran(["predict", out, "--file", "-", "--json"], { tasks, stdin });
    expect(await ran(["predict", out, "-", "--json"], { tasks, stdin })).toEqual(predicted);
    const named = await ran(["predict", out, test], { tasks });
    expect(named.stderr).toBe(
      `${test} is read as a text, though there is a file of that name: --file ${test} reads its lines.\n`,
    );
    const spaced = join(root, "a test.txt");
    await writeFile(spaced, "Luna");
    expect((await ran(["predict", out, spaced], { tasks })).stderr).toContain(`--file "${spaced}" reads`);
    expect((await ran(["predict", out, test, "--quiet"], { tasks })).stderr).toBe("");
    expect((await ran(["predict", out, root, "x".repeat(5000)], { tasks })).stderr).toBe("");
    const [answer] = jsonLines(predicted.stdout) as Record<string, unknown>[];
    expect(answer).toMatchObject({
      output: "B-person I-person O B-person",
      entities: [
        { type: "person", text: "Luna Potter", start: 1, end: 2 },
        { type: "person", text: "Fred", start: 4, end: 4 },
      ],
    });
    expect((await ran(["predict", out, "Ron met Luna"], { tasks })).stdout).toBe("B-person O B-person\n");
    expect(JSON.parse(await readFile(join(out, "config.json"), "utf8"))).toMatchObject({ task: "tagger" });
  });

  it("reads tags of characters from JSON Lines", async () => {
    const data = join(root, "dna.jsonl");
    const lines = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? ["ACGT", "0110"] : ["TGA", "010"]));
    await writeFile(data, lines.map(([sequence, tags]) => JSON.stringify({ sequence, tags })).join("\n"));
    const out = join(root, "model");
    const argv = ["train", "tagger", "--data", data, "--out", out, "--unit", "char", "--epochs", "20", ...SIZES];
    const trained = await ran(argv, { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    expect((await ran(["predict", out, "ACGT"], { tasks })).stdout).toBe("0 1 1 0\n");
    const evaluated = await ran(["eval", out, "--data", data, "--json"], { tasks });
    expect(jsonLines(evaluated.stdout).at(-1)).toMatchObject({ metrics: { tokenAccuracy: 1 } });
  });

  it("says plainly which baselines a model does not beat", async () => {
    const [data, out] = [join(root, "train.conll"), join(root, "model")];
    await writeFile(data, SENTENCES.join("\n"));
    const argv = ["train", "tagger", "--data", data, "--out", out, "--steps", "1", ...SIZES];
    const { stdout } = await ran(argv, { tasks });
    expect(stdout).toMatch(
      /The model does not beat the capitalised runs are persons: 0\.\d+ against 0\.\d+ entity F1\./,
    );
    const evaluated = await ran(["eval", out, "--data", data], { tasks });
    expect(evaluated.stdout).toContain("The model does not beat the training entities: ");
  });

  it("streams the tags of tokens as they arrive, with a model that reads one way alone", async () => {
    const [data, out, both] = ["train.conll", "model", "both"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(data, SENTENCES.join("\n"));
    const train = ["train", "tagger", "--data", data, "--epochs", "6", ...SIZES];
    const oneWay = [...train, "--out", out, "--no-bidirectional", "--output", "softmax"];
    const trained = await ran(oneWay, { tasks });
    expect(trained.status, trained.stderr).toBe(0);
    const stdin = ["Harry\nPot", "ter\nmet Ron\n"];
    const streamed = await ran(["predict", out, "--stream", "--file", "-", "--json"], { tasks, stdin });
    expect(await ran(["predict", out, "--stream", "-", "--json"], { tasks, stdin })).toEqual(streamed);
    const answers = jsonLines(streamed.stdout) as { output: string; tokens: string[]; confidence: number[] }[];
    expect(answers.map(({ output }) => output)).toEqual(["B-person", "I-person", "O B-person"]);
    const whole = await ran(["predict", out, "Harry Potter met Ron", "--json"], { tasks });
    const [{ confidence }] = jsonLines(whole.stdout) as [{ confidence: number[] }];
    expect(answers.flatMap((answer) => answer.confidence)).toEqual(confidence);

    expect((await ran([...train, "--out", both], { tasks })).status).toBe(0);
    const refused = await ran(["predict", both, "--stream", "Ron"], { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("a bidirectional model, which must see the whole sequence first");
  });

  it("names the line of a missing tag, and of a tag that training data has not", async () => {
    const [data, valid] = [join(root, "train.conll"), join(root, "valid.conll")];
    await writeFile(data, `${SENTENCES.slice(0, 10).join("\n")}\nRon\n`);
    await writeFile(valid, "Ron\tB-person\nleft\tB-verb\n\nRon\tB-person\n\nLuna\tB-elf\n");
    const argv = ["train", "tagger", "--data", data, "--out", join(root, "model"), "--steps", "1", ...SIZES];
    const refused = await ran(argv, { tasks });
    expect(refused.status).toBe(1);
    expect(refused.stderr.replaceAll(root, "ROOT")).toContain("ROOT/train.conll, line 46: expected 2 columns");
    await writeFile(data, SENTENCES.slice(0, 10).join("\n"));
    const unknown = await ran([...argv, "--valid", valid], { tasks });
    expect(unknown.status).toBe(1);
    const message =
      'ROOT/valid.conll, line 2, column 2: expected a tag of the training data: B-person, I-person, O, got "B-verb". ' +
      "2 records are bad, this is the first; --skip-bad goes on without.";
    expect(unknown.stderr.replaceAll(root, "ROOT")).toContain(message);
    const skipped = await ran([...argv, "--skip-bad", "--valid", valid], { tasks });
    expect(skipped.status).toBe(0);
    expect(skipped.stderr).toContain("Left out 2 bad records.");

    const score = ["eval", join(root, "model"), "--data", valid];
    expect((await ran(score, { tasks })).stderr.replaceAll(root, "ROOT")).toContain(message);
    const scored = await ran([...score, "--skip-bad", "--json"], { tasks });
    expect(jsonLines(scored.stdout).at(-1)).toMatchObject({ examples: 1, skipped: 2 });
  });
});
