import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { sourceOfFiles } from "../source-of-files.ts";
import { type LabelledTextsOptions, readLabelledTexts } from "./labelled-texts.ts";

async function read(files: Readonly<Record<string, string>>, options: LabelledTextsOptions = {}) {
  const faults = new DataFaults({ skip: true });
  const [first, ...others] = Object.keys(files);
  const examples = await readLabelledTexts(
    sourceOfFiles(others.length === 0 ? first! : "data", files),
    options,
    faults,
  );
  return {
    pairs: examples.map(({ text, label }) => `${text}=${label}`),
    faults: faults.first.map(({ where, expected, got }) => `${where}: ${expected}, ${got}`),
  };
}

describe("readLabelledTexts", () => {
  it("finds the columns by their names and trims padded cells", async () => {
    const csv = "label,instance_name,sequence\nEI,    A-1,     CCAG\nN,     A-2,    GATT  \n";
    expect((await read({ "a.csv": csv })).pairs).toEqual(["CCAG=EI", "GATT=N"]);
  });

  it("takes the columns that are named, or the two of a table without a header", async () => {
    const csv = "id,saying,mood\n1,so it goes,calm\n";
    expect((await read({ "a.csv": csv }, { textColumn: "saying", labelColumn: "3" })).pairs).toEqual([
      "so it goes=calm",
    ]);
    expect((await read({ "a.tsv": "fine\tgood\nbad\tpoor\n" })).pairs).toEqual(["fine=good", "bad=poor"]);
    await expect(read({ "a.csv": csv }, { textColumn: "text" })).rejects.toThrow('columns "id", "saying", "mood"');
  });

  it("reads JSON Lines, FASTA and a folder with a sub-folder for each label", async () => {
    const json = '{"text":"fine","label":1}\n{"text":"bad","label":false}\n';
    expect((await read({ "a.jsonl": json })).pairs).toEqual(["fine=1", "bad=false"]);
    expect((await read({ "a.fa": ">s1 donor\nACGT\nAC\n" })).pairs).toEqual(["ACGTAC=donor"]);
    const folder = { "pos/1.txt": "a joy\n", "neg/1.txt": "a bore", "note.txt": "not read" };
    expect((await read(folder)).pairs).toEqual(["a bore=neg", "a joy=pos"]);
  });

  it("names the line and column of an empty text, a missing label and a field of another kind", async () => {
    expect((await read({ "a.csv": "text,label\n,good\nfine,\nbad,poor\n" })).faults).toEqual([
      'a.csv, line 2, column "text": a text, an empty one',
      'a.csv, line 3, column "label": a label, an empty one',
    ]);
    expect((await read({ "a.jsonl": '{"text":5,"label":"x"}\n{"text":"y"}\n' })).faults).toEqual([
      'a.jsonl, line 1, field "text": a text, 5',
      'a.jsonl, line 2, field "label": a label, fields "text"',
    ]);
  });

  it("refuses a source without an example", async () => {
    await expect(read({ "a.md": "x", "b.md": "y" })).rejects.toThrow("a folder without such files");
    await expect(read({ "a.csv": "" })).rejects.toThrow("got none");
  });
});
