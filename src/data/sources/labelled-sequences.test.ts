import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { sourceOfFiles } from "../source-of-files.ts";
import { type LabelledSequencesOptions, readLabelledSequences } from "./labelled-sequences.ts";
import { writeWav } from "./wav.ts";

async function read(files: Readonly<Record<string, string | Uint8Array>>, options: LabelledSequencesOptions = {}) {
  const faults = new DataFaults({ skip: true });
  const [first, ...others] = Object.keys(files);
  const examples = await readLabelledSequences(
    sourceOfFiles(others.length === 0 ? first! : "data", files),
    options,
    faults,
  );
  return {
    examples,
    pairs: examples.map(({ sequence, label }) => `${sequence}=${label}`),
    faults: faults.first.map(({ where, expected, got }) => `${where}: ${expected}, ${got}`),
  };
}

describe("readLabelledSequences", () => {
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

  it("says file and line of each example", async () => {
    const { examples } = await read({ "b.csv": 'text,label\n"so\nit",x\ngoes,y\n', "a.fa": ">s z\nAC\n>t z\nGT\n" });
    expect(examples.map(({ where }) => where)).toEqual([
      "data/a.fa, line 1",
      "data/a.fa, line 3",
      "data/b.csv, line 2",
      "data/b.csv, line 4",
    ]);
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
      'a.jsonl, line 1, column 9, field "text": a text, or a list of symbols, numbers or vectors, 5',
      'a.jsonl, line 2, field "label": a label, fields "text"',
    ]);
  });

  it("refuses a source without an example", async () => {
    await expect(read({ "a.md": "x", "b.md": "y" })).rejects.toThrow("a folder without such files");
    await expect(read({ "a.csv": "" })).rejects.toThrow("got none");
    await expect(read({ "a.csv": "text,label\n" })).rejects.toThrow("got none");
  });

  it("counts a text file that is not UTF-8 among the bad records of a folder", async () => {
    const { examples, faults } = await read({ "a/1.txt": "fine", "b/1.txt": Uint8Array.of(0x61, 0xff) });
    expect(examples).toHaveLength(1);
    expect(faults).toEqual(["data/b/1.txt, byte 1: UTF-8 text, the byte 0xff, which is not UTF-8 here"]);
  });

  it("takes the column of a number for a rating, and names what is no number", async () => {
    const csv = "text,stars\nfine,4.5\nbad,-1e1\nodd,many\nlost,\n";
    const { examples, faults } = await read({ "a.csv": csv }, { targetColumn: "stars" });
    expect(examples.map(({ label }) => label)).toEqual([4.5, -10]);
    expect(faults).toEqual([
      'a.csv, line 4, column "stars": a number, "many"',
      'a.csv, line 5, column "stars": a number, an empty cell',
    ]);
    const json = '{"text":"fine","stars":3}\n{"text":"bad","stars":"7"}\n{"text":"odd","stars":null}\n';
    const read2 = await read({ "a.jsonl": json }, { targetColumn: "stars" });
    expect(read2.examples.map(({ label }) => label)).toEqual([3, 7]);
    expect(read2.faults).toEqual(['a.jsonl, line 3, column 23, field "stars": a number, null']);
    await expect(read({ "a.csv": csv }, { targetColumn: "price" })).rejects.toThrow("--target-column price");
  });

  it("takes several labels from one cell or from a list of JSON, each once, and none from an empty one", async () => {
    const csv = "text,label\nfine,joy| fun |joy\nflat,\n";
    const { examples } = await read({ "a.csv": csv }, { labelSeparator: "|" });
    expect(examples.map(({ label }) => label)).toEqual([["joy", "fun"], []]);
    const json = '{"text":"fine","labels":["joy",2]}\n{"text":"flat","labels":[]}\n{"text":"odd","labels":[["x"]]}\n';
    const listed = await read({ "a.jsonl": json });
    expect(listed.examples.map(({ label }) => label)).toEqual([["joy", "2"], []]);
    expect(listed.faults).toEqual(['a.jsonl, line 3, column 24, field "labels": a list of labels, [["x"]]']);
  });

  it("reads lists of symbols, of numbers and of vectors from JSON Lines", async () => {
    const sequencesOf = async (...values: string[]): Promise<unknown[]> => {
      const json = values.map((value) => `{"sequence":${value},"label":"x"}`).join("\n");
      return (await read({ "a.jsonl": json })).examples.map(({ sequence }) => sequence);
    };
    expect(await sequencesOf('["up","down"]', '["up"]')).toEqual([["up", "down"], ["up"]]);
    expect(await sequencesOf("[1,-2.5e1]", "[0]")).toEqual([[1, -25], [0]]);
    expect(await sequencesOf("[[1,2],[3,4]]", "[[5,6]]")).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [[5, 6]],
    ]);
  });

  it("names line and column of ragged vectors, of numbers that are none, and of sequences without a step", async () => {
    const faultsOf = async (...values: string[]): Promise<string[]> => {
      const json = ["[[1,2]]", ...values].map((value) => `{"sequence":${value},"label":"x"}`).join("\n");
      return (await read({ "a.jsonl": json })).faults.map((fault) => fault.replace(', field "sequence"', ""));
    };
    expect(await faultsOf("[[1,2],[3]]", "[[1,null]]", "[[1,NaN]]", "[[1,1e999]]", "[]", "[[1,2],3]", "[[]]")).toEqual([
      // what is no JSON is found first, before any record is read
      'a.jsonl, line 4, character 17: JSON, "NaN]],\\"label\\":\\"x\\"}"',
      "a.jsonl, line 2, column 20: 2 numbers, as at the first step, 1",
      "a.jsonl, line 3, column 17: a finite number, null",
      "a.jsonl, line 5, column 17: a finite number, Infinity",
      "a.jsonl, line 6, column 13: a sequence of one step or more, none",
      "a.jsonl, line 7, column 20: a vector of 2 numbers, 3",
      "a.jsonl, line 8, column 14: a vector of one number or more, none",
    ]);
    expect(await faultsOf("[[1,2,3]]", '["up"]', '"text"')).toEqual([
      "a.jsonl, line 2, sequence: vectors of 2 numbers, as in a.jsonl, line 1, vectors of 3 numbers",
      "a.jsonl, line 3, sequence: vectors of 2 numbers, as in a.jsonl, line 1, a list of symbols",
      "a.jsonl, line 4, sequence: vectors of 2 numbers, as in a.jsonl, line 1, a text",
    ]);
  });

  it("refuses labels of another kind than the first", async () => {
    const json = '{"text":"a","label":"x"}\n{"text":"b","label":["x"]}\n';
    expect((await read({ "a.jsonl": json })).faults).toEqual([
      "a.jsonl, line 2, label: a label, as in a.jsonl, line 1, a list of labels",
    ]);
  });

  it("labels FASTA by the last word of descriptions, by an expression, by a table, or by its folder", async () => {
    const fasta = ">s1 from=liver donor\nACGT\n>s2 from=heart none\nGG\n";
    expect((await read({ "a.fa": fasta })).pairs).toEqual(["ACGT=donor", "GG=none"]);
    expect((await read({ "a.fa": fasta }, { labelFrom: "from=(\\w+)" })).pairs).toEqual(["ACGT=liver", "GG=heart"]);
    const table = { "a.fa": ">s1\nACGT\n>s2\nGG\n>s3\nTT\n", "labels.tsv": "name\tlabel\ns1\tup\ns2\tdown\n" };
    const tabled = await read(table, { labelFile: "labels.tsv" });
    expect(tabled.pairs).toEqual(["ACGT=up", "GG=down"]);
    expect(tabled.faults).toEqual(['data/a.fa, line 5: a name that the table of labels has, "s3"']);
    expect((await read({ "pos/a.fa": ">s1\nAC\n", "neg/b.fa": ">s2 x\nGG\n" })).pairs).toEqual(["GG=neg", "AC=pos"]);
    expect((await read({ "a.fa": ">s1\nACGT\n" })).faults).toEqual(['a.fa, line 1: a name and a label, "s1"']);
    await expect(read({ "a.fa": fasta }, { labelFrom: "(" })).rejects.toThrow(
      "--label-from: expected a regular expression",
    );
    await expect(read({ "a.fa": fasta }, { labelFile: "none.csv" })).rejects.toThrow("no such file");
  });

  it("reads folders of sound by sub-folder or by name, and names a wav that is none and a clip without a sample", async () => {
    const clip = (...samples: number[]): Uint8Array =>
      writeWav({ samples: Float32Array.from(samples), sampleRateHz: 8000 });
    const folder = {
      "low/1.wav": clip(0.5, -0.5),
      "high/1.wav": clip(0.25),
      "high/2.wav": "no sound",
      "low/2.wav": clip(),
    };
    const { examples, faults } = await read(folder);
    expect(examples.map(({ label, where }) => `${where}=${label}`)).toEqual([
      "data/high/1.wav=high",
      "data/low/1.wav=low",
    ]);
    expect(examples[1]!.sequence).toEqual({ samples: Float32Array.of(0.5, -0.5), sampleRateHz: 8000 });
    expect(faults).toEqual([
      'data/high/2.wav, byte 0: a wav file, which begins with "RIFF" and "WAVE", "no sound"',
      "data/low/2.wav: a clip of sound, no sample",
    ]);
    const named = await read({ "7_ann_0.wav": clip(0.5), "8_ann_0.wav": clip(0.5) }, { labelFrom: "^(\\d)_" });
    expect(named.examples.map(({ label }) => label)).toEqual(["7", "8"]);
  });
});
