import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TimeAxis } from "../../src/data/time-axis.ts";
import { forecasterTask } from "../../src/tasks/forecaster-task.ts";
import type { Task } from "../../src/tasks/task.ts";
import { jsonLines, type Ran, ran } from "./fake-shell.ts";

const tasks = [forecasterTask as Task];
const axis = new TimeAxis("day", 0, 1);
const row = (i: number): string => `${axis.format(i)},${(i % 7) * 10 + (i % 3)}`;
const csv = (rows: number): string => `day,sold\n${Array.from({ length: rows }, (_, i) => `${row(i)}\n`).join("")}`;

let root: string;
let data: string;
const at = (name: string): string => join(root, name);
const recurra = (words: readonly string[], stdin: readonly string[] = []): Promise<Ran> => ran(words, { tasks, stdin });
const train = (out: string, ...more: string[]): Promise<Ran> => {
  const options = ["--window", "8", "--horizon", "3", "--season", "7", "--hidden", "6", "--eval-every", "5"];
  return recurra(["train", "forecaster", "--data", data, "--out", at(out), ...options, ...more]);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  data = at("sales.csv");
  await writeFile(data, csv(200));
  expect((await train("whole", "--steps", "20")).status).toBe(0);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("recurra with the forecaster", () => {
  it("trains, stops and resumes to the same bytes", async () => {
    await train("half", "--steps", "7", "--schedule-steps", "20");
    expect((await recurra(["train", "--resume", at("half"), "--steps", "20"])).status).toBe(0);
    const [whole, half] = await Promise.all(["whole", "half"].map((name) => readFile(at(`${name}/model.safetensors`))));
    expect(half!.equals(whole!)).toBe(true);
  });

  it("evaluates the test part beside the naive forecasts", async () => {
    const { stdout } = await recurra(["eval", at("whole"), "--data", data, "--json"]);
    const [result] = jsonLines(stdout);
    expect(result).toMatchObject({ event: "eval", examples: 18, baseline: { name: "persistence" } });
    expect(Object.keys(result!.metrics as object)).toEqual(["mase", "mae", "rmse", "coverage"]);
    expect((result!.baselines as { name: string }[]).map(({ name }) => name)).toEqual([
      "persistence",
      "seasonal naive, 7 steps",
    ]);
  });

  it("continues a file with values, intervals and times, for people and as JSON", async () => {
    const [json] = jsonLines((await recurra(["predict", at("whole"), data, "--json"])).stdout);
    expect(json).toMatchObject({ interval: 0.8, columns: ["sold"], times: ["1970-07-20", "1970-07-21", "1970-07-22"] });
    expect(json!.output).toHaveLength(3);
    const { stdout } = await recurra(["predict", at("whole"), data]);
    expect(stdout.split("\n")).toHaveLength(4);
    expect(stdout).toMatch(/^1970-07-20\t[-\d.]+\t[-\d.]+\t[-\d.]+\n1970-07-21\t/);
  });

  it("answers each row that is piped in, as it would the file so far", async () => {
    const pieces = [csv(20), `${row(20)}\n`, row(21)];
    const { stdout } = await recurra(["predict", at("whole"), "-", "--stream", "--json"], pieces);
    const streamed = jsonLines(stdout).map(({ output }) => output);
    for (const [i, rows] of [20, 21, 22].entries()) {
      await writeFile(at("part.csv"), csv(rows));
      const [whole] = jsonLines((await recurra(["predict", at("whole"), at("part.csv"), "--json"])).stdout);
      expect(streamed[i]).toEqual(whole!.output);
    }
  });

  it.each([
    ["--window 1 --horizon 1", 1, 2],
    ["--column sold --feedback --output gaussian --difference 7 --lags 2 --calendar none", 3, 1],
    ["--column 3,sold --calendar weekday,month-day --embedding 2 --interval 0.5", 3, 2],
    ["--bidirectional --layers 2 --output point --scaling min-max --test-rows 30", 3, 2],
  ])("trains, evaluates and continues two columns with %s", async (flags, horizon, columns) => {
    const both = csv(200)
      .replace("day,sold", "day,sold,bought")
      .replaceAll(/(,\d+)\n/g, "$1$1\n");
    await writeFile(at("both.csv"), both);
    const out = at(`model ${flags}`);
    const trained = await recurra([
      ...["train", "forecaster", "--data", at("both.csv"), "--out", out, "--steps", "2", "--hidden", "4"],
      ...["--window", "8", "--horizon", "3", ...flags.split(" ")],
    ]);
    expect(trained.status, trained.stderr).toBe(0);
    const [result] = jsonLines((await recurra(["eval", out, "--data", at("both.csv"), "--json"])).stdout);
    const { mase, coverage } = result!.metrics as Record<string, number>;
    expect(mase).toBeGreaterThan(0);
    expect(coverage === undefined).toBe(flags.includes("point"));
    const [answer] = jsonLines((await recurra(["predict", out, at("both.csv"), "--json"])).stdout);
    expect(answer!.output).toHaveLength(horizon);
    expect(answer!.columns).toHaveLength(columns);
    expect([answer!.output].flat(3)).toHaveLength(horizon * columns);
  });

  it("names a ragged row by line, with the count of all", async () => {
    await writeFile(at("ragged.csv"), `${csv(200)}${row(200)},7\n${row(201)},8\n`);
    const refused = await recurra(["train", "forecaster", "--data", at("ragged.csv"), "--out", at("ragged")]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      "ragged.csv, line 202, column 3: expected 2 cells, as in line 1, got 3. 2 records are bad",
    );
  });

  it("names what is wrong with a file, and with --skip-bad goes on and says how many", async () => {
    const bad = csv(200)
      .split("\n")
      .map((line, i) => (i === 32 || i === 60 ? line.replace(/,.*/, ",NaN") : line));
    await writeFile(at("bad.csv"), bad.join("\n"));
    const words = [
      "train",
      "forecaster",
      "--data",
      at("bad.csv"),
      "--out",
      at("bad"),
      "--steps",
      "2",
      "--horizon",
      "3",
    ];
    const refused = await recurra(words);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      'bad.csv, line 33, column "sold": expected a number, got "NaN". 2 records are bad',
    );
    const skipped = await recurra([...words, "--skip-bad"]);
    expect(skipped.status).toBe(0);
    expect(skipped.stderr).toContain("Left out 2 bad records.");
  });
});
