import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { ran } from "./fake-shell.ts";

const train = ["train", "language-model", "--data", "a.txt", "--out", "m"];

describe("a command line at fault ends with 2 and one line that says what would be right", () => {
  it.each([
    [
      [...train, "--hiden", "4"],
      'train language-model, --hiden: expected a known option, got "--hiden". Did you mean --hidden?',
    ],
    [
      [...train, "--zzz"],
      'train language-model, --zzz: expected a known option, got "--zzz". See recurra train language-model --help.',
    ],
    [[...train, "--hidden", "0"], 'train language-model, --hidden: expected an integer from 1 to 4096, got "0".'],
    [
      [...train, "--cell", "lsmt"],
      'train language-model, --cell: expected one of rnn, gru, lstm, got "lsmt". Did you mean lstm?',
    ],
    [
      [...train, "--hidden"],
      "train language-model, --hidden: expected a value after it, got none. See recurra train language-model --help.",
    ],
    [
      [...train, "--steps", "5", "--minutes", "1"],
      "train language-model: expected --steps or --minutes, got both. Give one of them.",
    ],
    [
      [...train, "more"],
      'train language-model: expected 0 arguments, got also "more". See recurra train language-model --help.',
    ],
    [
      ["train", "language-model", "--out", "m"],
      "train language-model: expected --data <path>, got none. See recurra train language-model --help.",
    ],
    [
      ["train", "langage-model"],
      'train: expected a task: language-model, got "langage-model". Did you mean language-model?',
    ],
    [
      ["train", "language-model", "a.txt", "--out", "m"],
      'train language-model: expected 0 arguments, got also "a.txt". Write --data a.txt.',
    ],
    [["sample", "m", "Call me"], 'sample: expected 1 argument, got also "Call me". Write --prompt "Call me".'],
    [["eval", "m", "a.txt"], "eval: expected --data <path>, got none. Write --data a.txt."],
    [["train"], "train: expected a task: language-model, got none. See recurra train --help."],
    [["train", "--out", "m"], "train: expected a task: language-model, got none. See recurra train --help."],
    [
      ["train", "language-model", "--resume", "m"],
      'train language-model, --resume: expected a known option, got "--resume". --resume belongs to recurra train: leave language-model out.',
    ],
    [
      ["train", "--resume", "m", "--lr", "1"],
      'train, --lr: expected a known option, got "--lr". A resumed run keeps its task and its options; how long it goes on may be given.',
    ],
    [
      ["trian"],
      'recurra: expected a command: train, sample, eval, export, predict, score, inspect, bench, tasks, got "trian". Did you mean train?',
    ],
    [["sample"], "sample: expected DIR, got none. See recurra sample --help."],
    [["sample", "m", "--temperature", "-1"], 'sample, --temperature: expected a number from 0 to 100, got "-1".'],
    [["sample", "m", "--seed", "1.5"], 'sample, --seed: expected an integer from 0 to 9007199254740991, got "1.5".'],
    [["eval", "m"], "eval: expected --data <path>, got none. See recurra eval --help."],
  ])("%j", async (argv, line) => {
    const { status, stdout, stderr } = await ran(argv);
    expect(stderr).toBe(`${line}\n`);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("help", () => {
  it("goes to stdout with status 0 when asked for, to stderr with 2 when nothing was said", async () => {
    const asked = await ran(["--help"]);
    expect(asked).toMatchObject({ status: 0, stderr: "" });
    for (const command of ["train", "sample", "eval", "bench", "tasks"])
      expect(asked.stdout).toContain(`  ${command} `);
    expect(await ran(["help"])).toEqual(asked);
    expect(await ran(["help", "sample"])).toEqual(await ran(["sample", "--help"]));
    expect((await ran(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const nothing = await ran([]);
    expect(nothing).toMatchObject({ status: 2, stdout: "" });
    expect(nothing.stderr).toContain("Usage: recurra ");
  });

  it("shows the options of a task's table and the common ones", async () => {
    const { stdout } = await ran(["train", "language-model", "--help"]);
    for (const flag of [
      "--data <path>",
      "--out <dir>",
      "--hidden <n>",
      "--cell <name>",
      "--json",
      "--quiet",
      "--debug",
    ]) {
      expect(stdout).toContain(flag);
    }
    expect(stdout).toContain("(integer from 1 to 4096; default 128)");
  });

  it("says of every task that answers what it takes and gives", async () => {
    const { stdout } = await ran(["predict", "--help"]);
    const answering = tasks.map(({ name }) => name).filter((name) => name !== "language-model");
    for (const name of answering) expect(stdout).toMatch(new RegExp(`^ {2}${name} +an? `, "m"));
  });
});
