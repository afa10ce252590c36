import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { readFasta } from "./fasta.ts";

describe("readFasta", () => {
  it("joins the lines of a sequence, without white space, and passes over comments and empty lines", () => {
    expect(readFasta("; made by hand\n>s1 EI\nACG T\r\nAC\n\n>s2\nGG\n", "a.fa", new DataFaults())).toEqual([
      { line: 2, description: "s1 EI", sequence: "ACGTAC" },
      { line: 6, description: "s2", sequence: "GG" },
    ]);
  });

  it("names the line of letters without a description and of a description without letters", () => {
    const faults = new DataFaults();
    expect(readFasta("ACGT\n>s1\n>s2\nA\n>s3\n", "a.fa", faults).map((record) => record.description)).toEqual(["s2"]);
    expect(faults.first.map((parts) => parts.where)).toEqual(["a.fa, line 1", "a.fa, line 2", "a.fa, line 5"]);
  });
});
