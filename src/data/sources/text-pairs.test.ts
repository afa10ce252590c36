import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { sourceOfFiles } from "../source-of-files.ts";
import { readTextPairs, type TextPairsOptions } from "./text-pairs.ts";

async function read(name: string, text: string, options: TextPairsOptions = {}, skip = false) {
  const faults = new DataFaults({ skip });
  const pairs = await readTextPairs(sourceOfFiles(name, { [name]: text }), options, faults);
  return { skipped: faults.finish(), pairs };
}

const PAIRS = [
  { source: "Go.", target: "Va !" },
  { source: "Run!", target: "Cours !" },
];

describe("readTextPairs", () => {
  it("reads the same pairs from TSV with and without a header, CSV in any order of columns, and JSON Lines", async () => {
    const files: [string, string][] = [
      ["a.tsv", "Go.\tVa !\nRun!\tCours !\n"],
      ["a.tsv", "Go.\tVa !\tCC-BY\nRun!\tCours !\tCC-BY\n"],
      ["a.tsv", "source\ttarget\nGo.\tVa !\nRun!\tCours !"],
      ["a.csv", 'id,Target,Source\n1,"Va !",Go.\n2,Cours !,Run!\n'],
      ["a.jsonl", '{"source":"Go.","target":"Va !"}\n\n{"target":" Cours ! ","source":"Run!"}\n'],
      ["a.jsonl", '{"input":"Go.","output":"Va !"}\n{"src":"Run!","tgt":"Cours !"}\n'],
    ];
    for (const [name, text] of files) expect((await read(name, text)).pairs, text).toEqual(PAIRS);
  });

  it("takes the columns that are asked for, by name or by number", async () => {
    const text = "english\tnote\tfrench\nGo.\tx\tVa !\nRun!\ty\tCours !\n";
    expect((await read("a.tsv", text, { sourceColumn: "english", targetColumn: "french" })).pairs).toEqual(PAIRS);
    const bare = "Va !\tGo.\nCours !\tRun!\n";
    expect((await read("a.tsv", bare, { sourceColumn: "2", targetColumn: "1" })).pairs).toEqual(PAIRS);
    const json = '{"en":"Go.","fr":"Va !"}\n{"en":"Run!","fr":"Cours !"}';
    expect((await read("a.jsonl", json, { sourceColumn: "en", targetColumn: "fr" })).pairs).toEqual(PAIRS);
  });

  it("reads the files of a folder in order", async () => {
    const folder = { "b.jsonl": '{"source":"Run!","target":"Cours !"}', "a.tsv": "Go.\tVa !\n", "notes.txt": "no" };
    expect(await readTextPairs(sourceOfFiles("pairs", folder), {}, new DataFaults())).toEqual(PAIRS);
  });

  it("names file, line and column of what is wrong, and goes on without it where asked", async () => {
    const text = "Go.\tVa !\nHalt!\t \nOne cell\nRun!\tCours !\n";
    await expect(read("a.tsv", text)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.tsv, line 3, column 2: expected 2 cells, as in line 1, got 1. 2 records are bad, this is the first; --skip-bad goes on without.]`,
    );
    expect(await read("a.tsv", text, {}, true)).toEqual({ skipped: 2, pairs: PAIRS });
    await expect(read("a.jsonl", '{"source":"Go."}')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.jsonl, line 1, field "target": expected a text, got fields "source". It is the only bad record; --skip-bad goes on without.]`,
    );
    await expect(read("a.jsonl", '{"source":"Go.","target":5}')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.jsonl, line 1, field "target": expected a text, got 5. It is the only bad record; --skip-bad goes on without.]`,
    );
    await expect(read("a.jsonl", '{"source":"","target":"x"}')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.jsonl, line 1, field "source": expected a text, got an empty one. It is the only bad record; --skip-bad goes on without.]`,
    );
    await expect(read("a.tsv", "")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.tsv: expected pairs of a source and a target, in TSV, CSV or JSON Lines, got none.]`,
    );
    await expect(read("a.tsv", "Go.\nRun!\n")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.tsv: expected one column for the target, got a single column without a name. Name it with --target-column, by its name or its number from 1.]`,
    );
  });
});
