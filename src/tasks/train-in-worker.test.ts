import { expect, it } from "vitest";
import { tasks, trainInWorker, trainLanguageModel } from "./index.ts";

it("asks for a row of the tasks and a text before it starts a worker", () => {
  const train = trainInWorker as unknown as (...given: unknown[]) => unknown;
  for (const [task, got] of [
    ["language-model", '"language-model"'],
    [trainLanguageModel, "the uncalled function trainLanguageModel"],
    [undefined, "undefined"],
  ]) {
    expect(() => train(task, "so it goes")).toThrow(
      `trainInWorker, task: expected a task, such as tasks[0], got ${got}.`,
    );
  }
  expect(() => train(tasks[0])).toThrow("trainInWorker: expected a text, got undefined.");
});
