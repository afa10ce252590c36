import { Command } from "commander";
import { describe, expect, it } from "vitest";
import type { OptionRow } from "../tasks/task.ts";
import { addOptionFlags, flagOf, givenOptions, helpOf, readOption } from "./option-flags.ts";

const hidden: OptionRow = {
  name: "hiddenSize",
  flag: "hidden",
  kind: "integer",
  minimum: 1,
  maximum: 4096,
  fallback: 128,
  help: "units of a layer",
};
const rate: OptionRow = { name: "learningRate", flag: "lr", kind: "number", minimum: 0, help: "step size" };
const cell: OptionRow = {
  name: "cell",
  flag: "cell",
  kind: "choice",
  choices: ["rnn", "gru", "lstm"],
  help: "the cell",
};
const lines: OptionRow = { name: "lines", flag: "lines", kind: "boolean", fallback: false, help: "a line a sequence" };
const shuffle: OptionRow = { name: "shuffle", flag: "shuffle", kind: "boolean", fallback: true, help: "any order" };
const epochs: OptionRow = { name: "epochs", flag: "epochs", kind: "integer", help: "passes", excludes: ["steps"] };
const steps: OptionRow = { name: "steps", flag: "steps", kind: "integer", help: "updates" };
const fraction: OptionRow = { name: "validFraction", flag: "valid-fraction", kind: "number", help: "share" };

describe("readOption", () => {
  it("reads integers and numbers, the ends of the range included", () => {
    expect(readOption(hidden, "1", "x")).toBe(1);
    expect(readOption(hidden, "4096", "x")).toBe(4096);
    expect(readOption(rate, "3e-4", "x")).toBe(3e-4);
    expect(readOption(rate, ".5", "x")).toBe(0.5);
    expect(readOption(rate, "0", "x")).toBe(0);
  });

  it.each([
    "0",
    "4097",
    "1.5",
    "12a",
    "",
    " ",
    "0x10",
    "1e2",
    "NaN",
  ])("refuses %j as an integer from 1 to 4096", (text) => {
    expect(() => readOption(hidden, text, "train, --hidden")).toThrow(
      `train, --hidden: expected an integer from 1 to 4096, got ${JSON.stringify(text)}.`,
    );
  });

  it.each(["-1", "Infinity", "1e999", "1,5", "--"])("refuses %j as a number of at least 0", (text) => {
    expect(() => readOption(rate, text, "train, --lr")).toThrow("train, --lr: expected a number of at least 0, got ");
  });

  it("lists the choices and names the nearest", () => {
    expect(readOption(cell, "gru", "x")).toBe("gru");
    expect(() => readOption(cell, "lsmt", "train, --cell")).toThrow(
      'train, --cell: expected one of rnn, gru, lstm, got "lsmt". Did you mean lstm?',
    );
    expect(() => readOption(cell, "transformer", "train, --cell")).toThrow(/got "transformer"\.$/);
  });
});

describe("the flags of a table", () => {
  const rows = [hidden, rate, cell, lines, shuffle, epochs, steps, fraction];
  const parsed = (...argv: string[]) => {
    const command = new Command("train").exitOverride();
    addOptionFlags(command, rows, "train");
    command.parse(argv, { from: "user" });
    return givenOptions(command, rows, "train");
  };

  it("gives the values by the library's names, and only those that were given", () => {
    expect(parsed()).toEqual({});
    expect(parsed("--hidden", "64", "--lr=0.01", "--cell", "gru", "--lines", "--valid-fraction", "0.2")).toEqual({
      hiddenSize: 64,
      learningRate: 0.01,
      cell: "gru",
      lines: true,
      validFraction: 0.2,
    });
  });

  it("turns a boolean that is on by default off by --no-", () => {
    expect(parsed("--no-shuffle")).toEqual({ shuffle: false });
    expect(parsed("--shuffle")).toEqual({ shuffle: true });
    expect(parsed()).toEqual({});
  });

  it("refuses two options that exclude each other", () => {
    expect(parsed("--epochs", "2")).toEqual({ epochs: 2 });
    expect(() => parsed("--steps", "5", "--epochs", "2")).toThrow(
      "train: expected --epochs or --steps, got both. Give one of them.",
    );
  });

  it("says range and default in the help", () => {
    expect(helpOf(hidden)).toBe("units of a layer (integer from 1 to 4096; default 128)");
    expect(helpOf(cell)).toBe("the cell (rnn, gru, lstm)");
    expect(helpOf(lines)).toBe("a line a sequence");
    expect(helpOf(shuffle)).toBe("turns off what is on: any order");
    expect([hidden, lines, shuffle].map(flagOf)).toEqual(["--hidden", "--lines", "--no-shuffle"]);
  });
});
