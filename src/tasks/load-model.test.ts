import { expect, it } from "vitest";
import { writeSafetensors } from "../interop/safetensors.ts";
import { tasks } from "./index.ts";
import { LanguageModel } from "./language-model.ts";
import { loadModel } from "./load-model.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

it("gives the model of its task from files at hand, and names a task that is not there", async () => {
  const model = await trainLanguageModel("so it goes. ".repeat(40), { hiddenSize: 8, steps: 5, bptt: 8 }).model;
  const { config, encoder, weights } = model.toFiles();
  const tensors = [...weights].map(([name, { shape, data }]) => [name, { dtype: "F32", shape, data }] as const);
  const files = (task: string) =>
    new Map([
      ["config.json", bytesOf({ ...config, task, formatVersion: 1 })],
      ["encoder.json", bytesOf(encoder)],
      ["model.safetensors", writeSafetensors(new Map(tensors))],
    ]);
  const again = await loadModel(files("language-model"));
  expect(again).toBeInstanceOf(LanguageModel);
  expect((again as LanguageModel).score("so")).toEqual(model.score("so"));
  const names = tasks.map(({ name }) => name).join(", ");
  await expect(loadModel(files("painter"))).rejects.toThrow(
    `model/config.json: expected "task" as one of ${names}, got "painter".`,
  );
});
