import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIBRARY_VERSION } from "./library-version.ts";
import { loadModelFiles } from "./load-model-files.ts";
import { checkOutput, type SaveOptions, saveModel } from "./model-directory.ts";
import type { ModelFiles } from "./model-files.ts";

const model = (scale: number): ModelFiles => ({
  config: { task: "language-model", architecture: { cell: "lstm", hiddenSize: 2 } },
  encoder: { kind: "char", characters: ["a", "é"] },
  weights: new Map([
    ["output.weight", { shape: [2, 2], data: Float32Array.of(0, scale, -scale, 0.5) }],
    ["output.bias", { shape: [2], data: Float32Array.of(scale, 2) }],
  ]),
});

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  directory = join(root, "models", "book");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const message = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => new Error("no error"),
    (thrown: Error & { code?: string }) => thrown,
  );
  return `${(error as { code?: string }).code}: ${error.message.replaceAll(root, "ROOT")}`;
};

describe("saveModel", () => {
  it("gives back what was saved, bit for bit", async () => {
    await saveModel(directory, model(0.1));
    const { config, encoder, weights } = await loadModelFiles(directory);
    expect(config).toEqual({ ...model(0.1).config, libraryVersion: LIBRARY_VERSION, formatVersion: 1 });
    expect(encoder).toEqual(model(0.1).encoder);
    expect(weights.get("output.weight")).toEqual({ shape: [2, 2], data: Float32Array.of(0, 0.1, -0.1, 0.5) });
    expect(weights.size).toBe(2);
  });

  it("writes the four files and nothing else, and the same weights as the same bytes", async () => {
    const first = await saveModel(directory, model(0.1), { reports: [{ step: 1 }, { step: 2, valid: { x: 1.5 } }] });
    const bytes = await readFile(join(directory, "model.safetensors"));
    expect((await readdir(directory)).sort()).toEqual([
      "config.json",
      "encoder.json",
      "metrics.jsonl",
      "model.safetensors",
    ]);
    expect(await readFile(join(directory, "metrics.jsonl"), "utf8")).toBe('{"step":1}\n{"step":2,"valid":{"x":1.5}}\n');
    expect(first.weightsSha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    const second = await saveModel(join(root, "again"), model(0.1));
    expect(second.weightsSha256).toBe(first.weightsSha256);
    expect((await saveModel(join(root, "other"), model(0.2))).weightsSha256).not.toBe(first.weightsSha256);
  });

  it("says of a model, or of a promise of one, that its files are to be given", async () => {
    const given = { config: {}, toFiles: () => model(0.1) };
    expect(await message(saveModel(directory, given as unknown as ModelFiles))).toMatchInlineSnapshot(
      `"option: saveModel: expected what a model's toFiles() gives, got the model itself. Call saveModel(directory, model.toFiles()), with model from await run.model."`,
    );
    for (const [wrong, got] of [
      [Promise.resolve(given), "[object Promise]"],
      [undefined, "undefined"],
      [null, "null"],
      ["models/book", '"models/book"'],
    ]) {
      expect(await message(saveModel(directory, wrong as unknown as ModelFiles))).toContain(`got ${got}.`);
    }
    expect(existsSync(directory)).toBe(false);
  });

  it("refuses options that it has not, before the disk is touched", async () => {
    const options = { overwrite: true } as SaveOptions;
    expect(await message(saveModel(directory, model(0.1), options))).toBe(
      'option: saveModel: expected options of force, reports, got "overwrite".',
    );
    expect(existsSync(directory)).toBe(false);
  });

  it("refuses a place where a model stands, and replaces it when forced", async () => {
    await saveModel(directory, model(0.1));
    expect(await message(saveModel(directory, model(0.2)))).toMatchInlineSnapshot(
      `"option: ROOT/models/book: expected a new or empty folder, got a saved model. Give another place, or replace it: --force, or { force: true } in a program."`,
    );
    expect((await loadModelFiles(directory)).weights.get("output.bias")?.data[0]).toBe(Math.fround(0.1));
    await writeFile(join(directory, "notes.txt"), "mine");
    await saveModel(directory, model(0.2), { force: true });
    expect((await loadModelFiles(directory)).weights.get("output.bias")?.data[0]).toBe(Math.fround(0.2));
    expect(await readFile(join(directory, "notes.txt"), "utf8")).toBe("mine");
  });

  it("never writes over something that is not a model, forced or not", async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "thesis.md"), "ten years of work");
    for (const force of [false, true]) {
      expect(await message(checkOutput(directory, { force }))).toBe(
        'option: ROOT/models/book: expected a new or empty folder, or a saved model to replace, got a folder with other things in it, such as "thesis.md". It is left as it is: give another place.',
      );
    }
    await writeFile(join(directory, "config.json"), '{"name": "another program"}');
    expect(await message(saveModel(directory, model(1), { force: true }))).toContain("option: ");
    expect(await message(checkOutput(join(directory, "thesis.md"), { force: true }))).toBe(
      "option: ROOT/models/book/thesis.md: expected a folder to save the model in, got a file. Give another place.",
    );
    expect((await readdir(directory)).sort()).toEqual(["config.json", "thesis.md"]);
  });

  it.skipIf(process.getuid?.() === 0)(
    "says before training that a place cannot be written (root can write anywhere)",
    async () => {
      await chmod(root, 0o555);
      expect(await message(checkOutput(directory))).toBe(
        "data: ROOT: expected a folder that can be written, got no permission.",
      );
      await chmod(root, 0o755);
    },
  );

  it.skipIf(!existsSync("/proc/self"))(
    "says so of a place that holds no files, though permissions would allow them (/proc, on Linux)",
    async () => {
      expect(await message(checkOutput("/proc/model"))).toContain("data: /proc: expected a folder that can be written");
    },
  );

  it("leaves nothing behind where it checks a place", async () => {
    await checkOutput(join(root, "a", "b"));
    expect(await readdir(root)).toEqual([]);
  });

  it("leaves the model that was there when the new one cannot be written", async () => {
    await saveModel(directory, model(0.1));
    const broken = { ...model(0.2), weights: new Map([["w", { shape: [3], data: Float32Array.of(1) }]]) };
    expect(await message(saveModel(directory, broken, { force: true }))).toContain("shape: ");
    expect((await loadModelFiles(directory)).weights.get("output.bias")?.data[0]).toBe(Math.fround(0.1));
    expect((await readdir(directory)).length).toBe(4);
  });

  it("reads past what a killed save left, and the next save removes it", async () => {
    await saveModel(directory, model(0.1));
    await mkdir(join(directory, ".saving-Ab3dE6"));
    await writeFile(join(directory, ".saving-Ab3dE6", "model.safetensors"), "half");
    expect((await loadModelFiles(directory)).weights.size).toBe(2);
    await saveModel(directory, model(0.2), { force: true });
    expect((await readdir(directory)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("takes a first save that was killed half-way for its own", async () => {
    await mkdir(join(directory, ".saving-Ab3dE6"), { recursive: true });
    await writeFile(join(directory, "encoder.json"), "{}");
    await saveModel(directory, model(0.1), { force: true });
    expect((await loadModelFiles(directory)).weights.size).toBe(2);
  });
});

describe("loadModelFiles", () => {
  it("says which folder or file is missing", async () => {
    expect(await message(loadModelFiles(directory))).toMatchInlineSnapshot(
      `"data: ROOT/models/book: expected a model directory, got nothing of that name."`,
    );
    await saveModel(directory, model(0.1));
    for (const name of ["model.safetensors", "encoder.json", "config.json"]) {
      await rm(join(directory, name));
      expect(await message(loadModelFiles(directory))).toContain(
        `file-format: ROOT/models/book/${name}: expected config.json, encoder.json and model.safetensors in a model directory, got no ${name}.`,
      );
    }
    expect(await message(loadModelFiles(join(directory, "metrics.jsonl")))).toBe(
      "data: ROOT/models/book/metrics.jsonl: expected a model directory, got a file where a folder should be.",
    );
  });

  it("names the file and what is wrong with it", async () => {
    await saveModel(directory, model(0.1));
    const config = join(directory, "config.json");
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace('"formatVersion": 1', '"formatVersion": 7'));
    expect(await message(loadModelFiles(directory))).toBe(
      `file-format: ROOT/models/book/config.json: expected "formatVersion" 1, got 7. It was saved by recurra "${LIBRARY_VERSION}": install that version.`,
    );
    await writeFile(config, '{"name": "another program"}');
    expect(await message(loadModelFiles(directory))).toContain('config.json: expected "formatVersion" 1, got none. ');
    await writeFile(config, text.replace('"language-model"', "12"));
    expect(await message(loadModelFiles(directory))).toContain("config.json, task: expected a name, got 12.");
    await writeFile(config, text.slice(0, 20));
    expect(await message(loadModelFiles(directory))).toContain(
      "file-format: ROOT/models/book/config.json: expected JSON, got ",
    );
    await writeFile(config, "");
    expect(await message(loadModelFiles(directory))).toContain("expected JSON, got an empty file.");
    await writeFile(config, text);
    await writeFile(join(directory, "encoder.json"), "[1]");
    expect(await message(loadModelFiles(directory))).toContain('encoder.json: expected a JSON object, got "[1]".');
  });

  it("refuses weights that were cut short", async () => {
    await saveModel(directory, model(0.1));
    await truncate(join(directory, "model.safetensors"), 150);
    expect(await message(loadModelFiles(directory))).toContain("file-format: ROOT/models/book/model.safetensors");
  });
});

it("calls itself by the version of package.json", async () => {
  const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  expect(LIBRARY_VERSION).toBe(manifest.version);
});
