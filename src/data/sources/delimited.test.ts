import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { cellPlace, type DelimitedOptions, readDelimited } from "./delimited.ts";

const cellsOf = (text: string, options: DelimitedOptions = { header: false }, where = "a.csv") =>
  readDelimited(text, where, new DataFaults(), options).rows.map((row) => row.cells);

/** The places and words of the faults of a text. */
function faultsOf(text: string, options: DelimitedOptions = { header: false }): string[] {
  const faults = new DataFaults();
  readDelimited(text, "a.csv", faults, options);
  return faults.first.map(({ where, expected, got }) => `${where}: ${expected}; ${got}`);
}

describe("readDelimited", () => {
  it("reads commas, line ends and doubled quotes inside quotes as RFC 4180 has them", () => {
    expect(cellsOf('a,"b,1","say ""no"""\r\n"x\r\ny",,""\r\n')).toEqual([
      ["a", "b,1", 'say "no"'],
      ["x\r\ny", "", ""],
    ]);
  });

  it.each(["\n", "\r\n", "\r"])("ends lines at %j, with or without one at the end of the file", (end) => {
    expect(cellsOf(`a,b${end}c,d`)).toEqual(cellsOf(`a,b${end}c,d${end}`));
    expect(cellsOf(`a,b${end}c,d`)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("drops a byte order mark, and takes a quote after it as one", () => {
    expect(cellsOf('\ufeff"a",b\n')).toEqual([["a", "b"]]);
  });

  it("takes quotes of a tab-separated file as letters, unless told otherwise", () => {
    expect(cellsOf('"so," he said\tyes\n', { header: false }, "a.tsv")).toEqual([['"so," he said', "yes"]]);
    expect(cellsOf('"a\tb"\tyes\n', { header: false, quotes: true }, "a.tsv")).toEqual([["a\tb", "yes"]]);
  });

  it("keeps white space around cells, and takes it off where told, before quotes too", () => {
    expect(cellsOf("EI,   X-1,  ACGT \n")).toEqual([["EI", "   X-1", "  ACGT "]]);
    expect(cellsOf('EI,   X-1,  "AC,GT" \n', { header: false, trim: true })).toEqual([["EI", "X-1", "AC,GT"]]);
  });

  it("names the line on which each cell begins", () => {
    const table = readDelimited('text,label\n"one\ntwo",good\nthree,bad\n', "a.csv", new DataFaults(), {
      header: true,
    });
    expect(table.rows.map((row) => row.line)).toEqual([2, 4]);
    expect(cellPlace(table, table.rows[0]!, 1)).toBe('a.csv, line 3, column "label"');
    expect(cellPlace({ ...table, header: undefined }, table.rows[1]!, 1)).toBe("a.csv, line 4, column 2");
  });

  it("finds rows of another number of cells, by line and by the column in which they differ, and leaves them out", () => {
    const text = "a,b\nc\nd,e,f\ng,h\n";
    expect(faultsOf(text)).toEqual([
      "a.csv, line 2, column 2: 2 cells, as in line 1; 1",
      "a.csv, line 3, column 3: 2 cells, as in line 1; 3",
    ]);
    expect(cellsOf(text)).toEqual([
      ["a", "b"],
      ["g", "h"],
    ]);
  });

  it("finds a quote that nothing ends, by its place, and goes on with the next line", () => {
    const text = 'a,b\nc,"d\ne,f\n';
    expect(faultsOf(text)).toEqual(['a.csv, line 2, character 3: a " that ends the cell; the end of the file']);
    expect(cellsOf(text)).toEqual([
      ["a", "b"],
      ["e", "f"],
    ]);
  });

  it("finds text after a closing quote, by its place, and goes on with the next line", () => {
    const text = 'a,b\nc,"d"x\ne,f\n';
    expect(faultsOf(text)).toEqual([`a.csv, line 2, character 6: the cell's end after its closing quote; "x"`]);
    expect(cellsOf(text)).toHaveLength(2);
  });

  it("passes over empty lines, but takes them as empty cells in a table of one column", () => {
    expect(cellsOf("a,b\n\nc,d\n\n")).toHaveLength(2);
    expect(cellsOf("1\n\n3\n")).toEqual([["1"], [""], ["3"]]);
  });

  it("gives no rows and no header for an empty text", () => {
    expect(readDelimited("", "a.csv", new DataFaults())).toEqual({
      where: "a.csv",
      header: undefined,
      columns: 0,
      rows: [],
    });
  });
});

describe("looksLikeHeader", () => {
  const headerOf = (text: string, knownNames?: string[]) =>
    readDelimited(text, "a.csv", new DataFaults(), knownNames === undefined ? {} : { knownNames }).header;

  it("finds names above a column of numbers", () => {
    expect(headerOf("day,births\nmon,3\ntue,4\n")).toEqual(["day", "births"]);
  });

  it("finds names above a column whose cells repeat and never are the name", () => {
    expect(headerOf("name,gender\nanna,f\nbob,m\neva,f\ntom,m\n")).toEqual(["name", "gender"]);
    expect(headerOf("mia,f\nanna,f\nbob,m\neva,f\ntom,m\n")).toBeUndefined();
  });

  it("takes a single row for names only where each is known", () => {
    expect(headerOf("text,label\n", ["text", "label"])).toEqual(["text", "label"]);
    expect(headerOf("text,good\n", ["text", "label"])).toBeUndefined();
  });

  it("finds none in two columns of sentences, unless a name is known", () => {
    expect(headerOf("Go.,Va !\nRun!,Cours !\n")).toBeUndefined();
    expect(headerOf("en, FR\nGo.,Va !\nRun!,Cours !\n", ["fr"])).toEqual(["en", "FR"]);
  });

  it("finds none where the first row has a number, an empty cell or a cell twice", () => {
    expect(headerOf("mon,2\nmon,3\ntue,4\n")).toBeUndefined();
    expect(headerOf("day,\nmon,3\ntue,4\n")).toBeUndefined();
    expect(headerOf("day,day\nmon,3\ntue,4\n")).toBeUndefined();
  });
});
