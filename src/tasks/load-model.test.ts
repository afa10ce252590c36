import { expect, it } from "vitest";
import { writeSafetensors } from "../interop/safetensors.ts";
import { tasks } from "./index.ts";
import { LanguageModel } from "./language-model.ts";
import { loadModel } from "./load-model.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

it.each([undefined, null, 3, Promise.resolve("models/book")])("asks for a place in place of %o", async (source) => {
  await expect(loadModel(source as unknown as string)).rejects.toThrow(
    "loadModelFiles: expected a folder, an address or files, got ",
  );
});

it.each([undefined, "models/book", Promise.resolve({})])("asks for a model's files in place of %o", async (files) => {
  await expect(LanguageModel.fromFiles(files as never, "saved")).rejects.toThrow(
    "fromFiles: expected what loadModelFiles gives, got ",
  );
});

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
