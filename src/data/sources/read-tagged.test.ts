import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { sourceOfFiles } from "../source-of-files.ts";
import { type ReadTaggedOptions, readTagged } from "./read-tagged.ts";
import type { TaggedSentence } from "./tagged-sentence.ts";

/** A line of CoNLL-U. */
const line = (id: string, form: string, upos: string, deprel: string): string =>
  [id, form, "_", upos, "_", "_", "0", deprel, "_", "_"].join("\t");

const CONLL_U = [
  "# sent_id = 1",
  line("1-2", "vámonos", "_", "_"),
  line("1", "vamos", "VERB", "root"),
  line("2", "nos", "PRON", "obj"),
  line("2.1", "ya", "ADV", "_"),
  "",
  "# sent_id = 2",
  line("1", "sí", "INTJ", "root"),
  "",
].join("\n");

function read(
  files: Record<string, string>,
  options: ReadTaggedOptions = {},
  faults = new DataFaults(),
  path?: string,
): Promise<TaggedSentence[]> {
  return readTagged(sourceOfFiles(path ?? Object.keys(files)[0]!, files), options, faults);
}

const inShort = (sentences: readonly TaggedSentence[]): string[] =>
  sentences.map(({ file, tokens, tags, lines }) => `${file}:${lines.join()} ${tokens.join(" ")} / ${tags.join(" ")}`);

describe("readTagged", () => {
  it("reads words of CoNLL-U with their parts of speech, or any other column by name or number", async () => {
    const files = { "a.conllu": CONLL_U };
    expect(inShort(await read(files))).toEqual(["a.conllu:3,4 vamos nos / VERB PRON", "a.conllu:8 sí / INTJ"]);
    const relations = ["a.conllu:3,4 vamos nos / root obj", "a.conllu:8 sí / root"];
    expect(inShort(await read(files, { tagColumn: "deprel" }))).toEqual(relations);
    expect(inShort(await read(files, { tagColumn: "8" }))).toEqual(relations);
    await expect(read(files, { tagColumn: "ner" })).rejects.toThrow("readTagged, tagColumn: expected one of id, form");
  });

  it("reads a folder's files by their endings, and passes over other files", async () => {
    const files = {
      "a.conll": "Ron\tB-PER\n",
      "b.conllu": CONLL_U,
      "c.jsonl": '{"tokens":["Luna"],"tags":["B-PER"]}\n',
      LICENSE: "free",
      "d.txt": "we O\nsang O\n",
    };
    expect(inShort(await read(files, {}, undefined, "all"))).toEqual([
      "all/a.conll:1 Ron / B-PER",
      "all/b.conllu:3,4 vamos nos / VERB PRON",
      "all/b.conllu:8 sí / INTJ",
      "all/c.jsonl:1 Luna / B-PER",
      "all/d.txt:1,2 we sang / O O",
    ]);
  });

  it("names the file, line and column of what is wrong, counts it, and goes on behind it", async () => {
    const files = {
      "a.conllu": `${line("1", "vamos", "VERB", "root")}\n\n${line("x", "nos", "PRON", "obj")}\n\n${line("1", "", "VERB", "root")}\n`,
      "b.conll": "Ron\tB-PER\n\nleft\n\nLuna\t\n",
    };
    const faults = new DataFaults({ skip: true });
    expect(inShort(await read(files, {}, faults, "all"))).toEqual([
      "all/a.conllu:1 vamos / VERB",
      "all/b.conll:1 Ron / B-PER",
    ]);
    expect(faults.first.map(({ where, expected, got }) => `${where}: ${expected}, got ${got}`)).toEqual([
      'all/a.conllu, line 3, column 1: a word\'s number, such as 3, 1-2 or 1.1, got "x"',
      "all/a.conllu, line 5, column 2: form, or _ for none, got nothing",
      "all/b.conll, line 3: 2 columns, as in line 1, parted by tabs, got 1",
      "all/b.conll, line 5, column 2: a tag, got nothing",
    ]);
    const strict = new DataFaults();
    await read(files, {}, strict, "all");
    expect(() => strict.finish()).toThrow("4 records are bad, this is the first; --skip-bad goes on without.");
  });

  it("refuses a folder without such files, and a file without a sentence", async () => {
    await expect(read({ LICENSE: "free", README: "read" }, {}, undefined, "all")).rejects.toThrow(
      "got a folder without such files",
    );
    await expect(read({ "a.conll": "\n \n" })).rejects.toThrow("a.conll: expected tokens with a tag each");
    await expect(read({ "a.conll": "Ron\tO\n" }, { tagColumn: "last" })).rejects.toThrow(
      'readTagged, tagColumn: expected a column from 1, or from -1 counted from the end, got "last"',
    );
  });
});
