import { describe, expect, it } from "vitest";
import type { OptionRow, Task } from "../tasks/task.ts";
import { ownFlags, sharedFlags } from "./task-flags.ts";

const unit = (choices: readonly string[]): OptionRow => {
  return { name: "unit", flag: "unit", kind: "choice", choices, fallback: choices[0]!, help: "a token" };
};
const column: OptionRow = { name: "labelColumn", flag: "label-column", kind: "string", help: "the label" };
const named = (name: string, options: readonly OptionRow[]) => ({ name, options }) as unknown as Task;
const tagger = named("tagger", [unit(["word", "char"])]);
const generator = named("generator", [unit(["char", "roll"]), column]);
const classifier = named("classifier", [column]);
const tasks = [tagger, generator, classifier];
const rowsOf = ({ options }: Task): readonly OptionRow[] => options;

describe("flags of all tasks", () => {
  it("are there once each, and their help says whose they are and what each takes", () => {
    expect(sharedFlags(tasks, rowsOf).map(({ flag, help }) => [flag, help])).toEqual([
      ["unit", "tagger: a token (word, char; default word); generator: a token (char, roll; default char)"],
      ["label-column", "generator, classifier: the label"],
    ]);
  });

  it("are read as the model's task has them", () => {
    expect(ownFlags("eval", tasks, generator, rowsOf, { unit: "roll" })).toEqual({ unit: "roll" });
    expect(() => ownFlags("eval", tasks, tagger, rowsOf, { unit: "roll" })).toThrow(
      'eval, --unit: expected one of word, char, got "roll".',
    );
  });

  it("are refused where the model's task has them not, as they would be without effect", () => {
    expect(() => ownFlags("eval", tasks, tagger, rowsOf, { labelColumn: "2" })).toThrow(
      "eval: expected flags that a tagger has: --unit, got --label-column.",
    );
  });
});
