import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { readConll } from "./conll.ts";
import { type ConllUColumn, readConllU } from "./conll-u.ts";
import { readTaggedJson } from "./tagged-json.ts";

const shownFaults = (faults: DataFaults): string[] =>
  faults.first.map(({ where, expected, got }) => `${where}: ${expected}; ${got}`);
const brief = ({
  tokens,
  tags,
  lines,
}: {
  tokens: readonly string[];
  tags: readonly string[];
  lines: readonly number[];
}) => `${tokens.join(" ")} | ${tags.join(" ")} | ${lines.join(" ")}`;

describe("readConll", () => {
  const read = (text: string, options = {}, faults = new DataFaults()): string[] =>
    readConll(text, "a.conll", faults, options).map(brief);

  it("takes the first and last column, parted by tabs, and parts sentences at lines of white space", () => {
    const text = "\ufeffHarry\tx\tB-PER\r\nsang\tx\tO\r\n\t\r\n  \n\n#\tx\tO\n";
    expect(read(text)).toEqual(["Harry sang | B-PER O | 1 2", "# | O | 6"]);
  });

  it("takes columns parted by white space, passes -DOCSTART- over, and needs no line end", () => {
    expect(read("-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O")).toEqual(["EU rejects | B-ORG O | 3 4"]);
  });

  it("takes the columns it is told, from either end", () => {
    expect(read("1 Harry NNP B-PER\n2 sang VBD O\n", { tokenColumn: 2, tagColumn: -2 })).toEqual([
      "Harry sang | NNP VBD | 1 2",
    ]);
    expect(() => read("", { tagColumn: 0 })).toThrow(
      "readConll, tagColumn: expected a column from 1, or from -1 counted from the end, got 0.",
    );
  });

  it("leaves out a sentence with a bad line, one fault each, and reads on", () => {
    const faults = new DataFaults();
    const text = "a\tO\nb\n\nc\tO\n\nd\t\n\n\tO\n\ne\tO\tO\n";
    expect(read(text, {}, faults)).toEqual(["c | O | 4"]);
    expect(shownFaults(faults)).toEqual([
      "a.conll, line 2: 2 columns, as in line 1, parted by tabs; 1",
      "a.conll, line 6, column 2: a tag; nothing",
      "a.conll, line 8, column 1: a token; nothing",
      "a.conll, line 10: 2 columns, as in line 1, parted by tabs; 3",
    ]);
  });

  it("says what is missing where a file has one column alone", () => {
    const faults = new DataFaults();
    expect(read("a\nb\n", {}, faults)).toEqual([]);
    expect(shownFaults(faults)).toEqual(["a.conll, line 1: at least 2 columns, parted by white space; 1"]);
  });

  it("gives nothing for an empty file", () => {
    expect(read("")).toEqual([]);
    expect(read("\n \n")).toEqual([]);
  });
});

describe("readConllU", () => {
  const row = (id: string, form: string, upos: string): string =>
    [id, form, "_", upos, "X", "_", "0", "root", "_", "_"].join("\t");
  const read = (text: string, tagColumn?: ConllUColumn, faults = new DataFaults()): string[] =>
    readConllU(text, "a.conllu", faults, tagColumn === undefined ? {} : { tagColumn }).map(brief);

  it("takes words with their universal part of speech, and passes comments, joined words and empty nodes over", () => {
    const text = [
      "# text = vámonos #1",
      row("1-2", "vámonos", "_"),
      row("1", "vamos", "VERB"),
      row("2", "nos", "PRON"),
    ];
    expect(read([...text, row("2.1", "x", "_"), "", row("1", "#", "SYM"), ""].join("\n"))).toEqual([
      "vamos nos | VERB PRON | 3 4",
      "# | SYM | 7",
    ]);
    expect(read(row("1", "vamos", "VERB"), "xpos")).toEqual(["vamos | X | 1"]);
  });

  it("names lines of other than ten columns, odd numbers and missing tags", () => {
    const faults = new DataFaults();
    const text = ["1\ta", "", row("x", "a", "X"), "", row("1", "a", ""), "", row("1", "b", "X")];
    expect(read(text.join("\n"), undefined, faults)).toEqual(["b | X | 7"]);
    expect(shownFaults(faults)).toEqual([
      "a.conllu, line 1: 10 columns, parted by tabs; 2",
      `a.conllu, line 3, column 1: a word's number, such as 3, 1-2 or 1.1; "x"`,
      "a.conllu, line 5, column 4: upos, or _ for none; nothing",
    ]);
  });
});

describe("readTaggedJson", () => {
  const read = (text: string, options = {}, faults = new DataFaults()): string[] =>
    readTaggedJson(text, "a.jsonl", faults, options).map(brief);

  it("takes lists, numbers as tags, texts split at white space, and the notes' x and y", () => {
    const text = [
      '{"tokens": ["Harry", "sang"], "tags": ["B-PER", "O"]}',
      '{"x": "Harry  sang", "y": [1, 0]}',
      '{"words": ["a b"], "labels": "O"}',
    ];
    expect(read(text.join("\n"))).toEqual(["Harry sang | B-PER O | 1 1", "Harry sang | 1 0 | 2 2", "a b | O | 3"]);
  });

  it("takes a character a token with unit char, and tags a character each", () => {
    expect(read('{"sequence": "ACGT", "tags": "0110"}', { unit: "char" })).toEqual(["A C G T | 0 1 1 0 | 1 1 1 1"]);
  });

  it("takes the members it is told", () => {
    const options = { tokenColumn: "form", tagColumn: "pos" };
    expect(read('{"form": ["a"], "pos": ["X"], "tags": ["Y"]}', options)).toEqual(["a | X | 1"]);
  });

  it("names what is missing, empty or of another number", () => {
    const faults = new DataFaults();
    const text = [
      '{"tokens": ["a"], "tags": ["O", "O"]}',
      '{"tokens": ["a"]}',
      '{"tags": ["O"]}',
      '{"tokens": [], "tags": []}',
      '{"tokens": ["a", ""], "tags": ["O", "O"]}',
      '{"text": " ", "tags": "O"}',
    ];
    expect(read(text.join("\n"), {}, faults)).toEqual([]);
    expect(shownFaults(faults)).toEqual([
      'a.jsonl, line 1, member "tags": 1 tags, one for each token; 2',
      'a.jsonl, line 2: a member with tags: "tags", "labels", "y"; [tokens]',
      'a.jsonl, line 3: a member with tokens: "tokens", "words", "text", "sequence", "x"; [tags]',
      'a.jsonl, line 4, member "tokens": a list of tokens, none empty, or one text; []',
      'a.jsonl, line 5, member "tokens": a list of tokens, none empty, or one text; ["a",""]',
      'a.jsonl, line 6, member "text": a list of tokens, none empty, or one text; " "',
    ]);
  });
});
