import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeWav } from "../../src/data/index.ts";
import { readSafetensors } from "../../src/interop/safetensors.ts";
import { tasks } from "../../src/tasks/index.ts";
import { jsonLines, ran } from "./fake-shell.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = (...argv: string[]) => ran(argv, { tasks });
const result = async (...argv: string[]): Promise<Record<string, unknown>> => {
  const { status, stdout, stderr } = await run(...argv, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  return jsonLines(stdout).at(-1)!;
};

/** Small data of each task, by the name of its file. */
const DATA: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "language-model": ["book.txt", "the whale and the sea.\n".repeat(60)],
  classifier: ["reviews.csv", `text,label\n${"a good film,good\na bad film,bad\n".repeat(12)}`],
  tagger: ["names.conll", "Ann B-PER\nsaw O\nParis B-LOC\n\nBob B-PER\nslept O\n\n".repeat(10)],
  translator: ["pairs.tsv", "one\tun\ntwo\tdeux\nthree\ttrois\n".repeat(12)],
  transcriber: ["clips.tsv", `path\ttext\n${"high.wav\tab\nlow.wav\tba\n".repeat(6)}`],
  generator: ["names.csv", `label,sequence\n${"f,anna\nm,otto\n".repeat(15)}`],
  forecaster: ["series.csv", `x\n${Array.from({ length: 120 }, (_, t) => 5 + (t % 7)).join("\n")}\n`],
};
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  forecaster: ["--window", "14", "--horizon", "2"],
};

/** A tone of a tenth of a second. */
const tone = (period: number): Uint8Array => {
  const samples = Float32Array.from({ length: 1600 }, (_, t) => (t % period < period / 2 ? 0.5 : -0.5));
  return writeWav({ sampleRateHz: 16_000, samples });
};

describe.each(tasks.map(({ name }) => name))("export of a %s", (task) => {
  let model: string;
  let data: string;
  beforeAll(async () => {
    const folder = await mkdtemp(join(root, "data-"));
    const [file, text] = DATA[task]!;
    model = join(folder, "model");
    data = join(folder, file);
    await writeFile(data, text);
    await writeFile(join(folder, "high.wav"), tone(20));
    await writeFile(join(folder, "low.wav"), tone(60));
    const sizes = ["--hidden", "48", "--batch", "4", "--steps", "8", ...(OPTIONS[task] ?? [])];
    const { status, stderr } = await run(
      "train",
      task,
      "--data",
      data,
      "--valid",
      data,
      "--out",
      model,
      "--quiet",
      ...sizes,
    );
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("as float16 takes half the bytes and scores, loaded again, what it says it does", async () => {
    const out = `${model}-float16`;
    const made = await result("export", model, "--float16", "--data", data);
    expect(made).toMatchObject({ event: "export", task, precision: "float16", out });
    expect((made.bytes as number) / (made.bytesBefore as number)).toBeLessThan(0.6);
    const loaded = await result("eval", out, "--data", data);
    expect(made.after).toMatchObject(loaded.metrics as object);
    const { tensors } = readSafetensors(await readFile(join(out, "model.safetensors")), "model");
    expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F16"]));
    expect((await readdir(out)).sort()).toEqual(["config.json", "encoder.json", "metrics.jsonl", "model.safetensors"]);
  });

  it("as int8 takes less than 0.4 of the bytes, scores, loaded again, what it says it does, and is exported to the same again", async () => {
    const out = `${model}-int8`;
    const made = await result("export", model, "--int8", "--data", data);
    expect(made).toMatchObject({ event: "export", task, precision: "int8", out });
    expect((made.bytes as number) / (made.bytesBefore as number)).toBeLessThan(0.4);
    const loaded = await result("eval", out, "--data", data);
    expect(made.after).toMatchObject(loaded.metrics as object);
    const { tensors } = readSafetensors(await readFile(join(out, "model.safetensors")), "model");
    expect([...tensors.values()].filter(({ dtype }) => dtype === "I8").length).toBeGreaterThanOrEqual(3);
    const again = await result("export", out, "--int8");
    expect(again.weightsSha256).toBe(made.weightsSha256);
  });
});

describe("export", () => {
  let model: string;
  let book: string;
  beforeAll(async () => {
    model = join(root, "book");
    book = join(root, "book.txt");
    await writeFile(book, "so it goes.\n".repeat(100));
    await run("train", "language-model", "--data", book, "--out", model, "--steps", "8", "--hidden", "48", "--quiet");
  });

  it("shows the scores before and after, the change and the sizes", async () => {
    const { status, stdout, stderr } = await run(
      "export",
      model,
      "--float16",
      "--data",
      book,
      "--out",
      `${model}-half`,
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.replaceAll(root, "ROOT").replaceAll(/(?<!float1?)\d/g, "0")).toMatchInlineSnapshot(`
      "           bits/char  perplexity
      as it was      0.000       0.000
      float16        0.000       0.000
      change       -0.0e-0     -0.0e-0

      Weights of 00,000 bytes, 00.0 % of 00,000, in ROOT/book-half.
      "
    `);
    const quiet = await run("export", model, "--float16", "--out", `${model}-half`, "--force", "--quiet");
    expect(quiet).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("refuses no precision, the model's own folder and one that is not empty, and says why", async () => {
    const out = join(root, "taken");
    await result("export", model, "--float16", "--out", out);
    const refused = async (...argv: string[]) => {
      const { status, stderr } = await run("export", model, ...argv);
      return [status, stderr.replaceAll(root, "ROOT")];
    };
    expect([
      await refused(),
      await refused("--float16", "--out", `${model}/`, "--force"),
      await refused("--float16", "--out", out),
    ]).toMatchInlineSnapshot(`
      [
        [
          2,
          "export: expected --float16 or --int8, got none. See recurra export --help.
      ",
        ],
        [
          2,
          "export, --out: expected another folder than the model's, got "ROOT/book/".
      ",
        ],
        [
          2,
          "ROOT/taken: expected a new or empty folder, got a saved model. Give another place, or replace it: --force, or { force: true } in a program.
      ",
        ],
      ]
    `);
  });
});
