import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { readConditionedSequences } from "./conditioned-sequences.ts";

describe("readConditionedSequences", () => {
  it("gives each sequence with its condition and the places of both", () => {
    expect(readConditionedSequences("name,label\nAda,f\n", "a.csv", "table", new DataFaults())).toEqual([
      {
        condition: "f",
        sequence: "Ada",
        where: 'a.csv, line 2, column "name"',
        conditionWhere: 'a.csv, line 2, column "label"',
      },
    ]);
    const json = '{"roll":[[64,60,64],[]],"condition":[1,2]}\n';
    expect(readConditionedSequences(json, "a.jsonl", "json-lines", new DataFaults())).toEqual([
      {
        condition: [1, 2],
        sequence: [[60, 64], []],
        where: 'a.jsonl, line 1, field "roll"',
        conditionWhere: 'a.jsonl, line 1, field "condition"',
      },
    ]);
  });

  it("finds the fields of JSON that are named, several as numbers, and names the lines where one is missing", () => {
    const json = '{"name":"Ada","year":1815,"month":12}\n{"name":"Alan","year":1912}\n';
    const faults = new DataFaults();
    const options = { conditionColumn: "year, month" };
    const sequences = readConditionedSequences(json, "a.jsonl", "json-lines", faults, options);
    expect(sequences.map(({ condition }) => condition)).toEqual([[1815, 12]]);
    expect(faults.first.map(({ where, got }) => [where, got])).toEqual([
      ['a.jsonl, line 2, field "year, month"', "none"],
    ]);
    const absent = new DataFaults();
    readConditionedSequences(json, "a.jsonl", "json-lines", absent, { conditionColumn: "yeer" });
    expect(absent.count).toBe(2);
  });

  it("takes lines of text for sequences without a condition, and passes empty ones over", () => {
    const sequences = readConditionedSequences("Ada\r\n\n Alan", "a.txt", "lines", new DataFaults());
    expect(sequences.map(({ sequence, condition, where }) => [sequence, condition, where])).toEqual([
      ["Ada", undefined, "a.txt, line 1"],
      ["Alan", undefined, "a.txt, line 3"],
    ]);
  });

  it("counts a label among numbers as a fault where numbers are asked for, and makes labels of all where they are not", () => {
    const faults = new DataFaults({ skip: true });
    const text = "label,name\n1,up\nx,down\n";
    const numbers = readConditionedSequences(text, "a.csv", "table", faults, { conditionKind: "numbers" });
    expect([numbers.length, faults.count]).toEqual([1, 1]);
    expect(faults.first[0]!.where).toBe('a.csv, line 3, column "label"');
    const labels = readConditionedSequences(text, "a.csv", "table", faults);
    expect(labels.map(({ condition }) => condition)).toEqual(["1", "x"]);
  });
});
