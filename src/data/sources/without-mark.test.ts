import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { readConll } from "./conll.ts";
import { readConllU } from "./conll-u.ts";
import { readDelimited } from "./delimited.ts";
import { readFasta } from "./fasta.ts";
import { readJsonLines } from "./json-lines.ts";
import { readJsonRolls } from "./json-rolls.ts";
import { readNumericSeries } from "./numeric-series.ts";
import { readTaggedJson } from "./tagged-json.ts";

describe("a file's text without its byte order mark", () => {
  const bytes = Buffer.from("1,2\n3,4\n") as unknown as string;

  it.each([
    readConll,
    readConllU,
    readDelimited,
    readFasta,
    readJsonLines,
    readJsonRolls,
    readNumericSeries,
    readTaggedJson,
  ])("is asked for by %o where it is given the file's bytes", (read) => {
    expect(() => read(bytes, "a.txt", new DataFaults())).toThrow(
      'a.txt: expected a text, got bytes. Read a file as text: readFileSync(path, "utf8").',
    );
  });

  it("names what else was given", () => {
    expect(() => readFasta(undefined as unknown as string, "a.fa", new DataFaults())).toThrow(
      /^a.fa: expected a text, got undefined\.$/,
    );
  });
});
