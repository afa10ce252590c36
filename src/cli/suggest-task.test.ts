import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { suggestTask } from "./suggest-task.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function suggested(files: Readonly<Record<string, string>>, path: string): Promise<string | undefined> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return await suggestTask(join(root, path));
}

describe("suggestTask", () => {
  it.each([
    ["book.txt", "Call me Ishmael.", "language-model"],
    ["reviews.csv", 'id,"Text",label\n1,"fine, really",good\n', "classifier"],
    ["names.jsonl", '{"name": "Anna", "gender": "f"}\n', "classifier"],
    ["genes.fasta", ">a\nACGT\n", "classifier"],
    ["train.conllu", "# text = so\n", "tagger"],
    ["tags.jsonl", '{"tokens": ["so"], "tags": ["O"]}\n', "tagger"],
    ["pairs.tsv", "source\ttarget\nun\tone\n", "translator"],
    ["clips.tsv", "path\ttext\n0.wav\tzero\n", "transcriber"],
    ["names.csv", "condition,name\nf,Anna\n", "generator"],
    ["song.mid", "MThd", "generator"],
    ["births.csv", "date,births\n2000-01-01,9083\n", "forecaster"],
    ["two.csv", "1,2.5\n2,-3e4\n", "forecaster"],
  ])("%s", async (name, text, task) => {
    expect(await suggested({ [name]: text }, name)).toBe(task);
  });

  it("knows a folder by its files, and one with a sub-folder for each label", async () => {
    expect(await suggested({ "clips/0.wav": "RIFF", "clips/1.wav": "RIFF" }, "clips")).toBe("transcriber");
    expect(await suggested({ "films/good/1.txt": "fine", "films/bad/2.txt": "dull" }, "films")).toBe("classifier");
    expect(await suggested({ "book/1.txt": "Loomings", "book/2.txt": "The Carpet-Bag" }, "book")).toBe(
      "language-model",
    );
  });

  it("suggests nothing where names do not tell, or nothing can be read", async () => {
    expect(await suggested({ "a.csv": "left,right\nup,down\n" }, "a.csv")).toBeUndefined();
    expect(await suggested({ "a.json": "[]" }, "a.json")).toBeUndefined();
    expect(await suggested({}, "none.csv")).toBeUndefined();
  });
});
