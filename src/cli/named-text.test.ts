import { describe, expect, it } from "vitest";
import { RecurraError } from "../core/errors.ts";
import { namedText } from "./named-text.ts";

async function whereOf(where: string): Promise<string> {
  const fault = () => {
    throw new RecurraError("data", { where, expected: "more", got: "less" });
  };
  return await namedText("a.tsv", fault).catch((error: RecurraError) => error.parts.where);
}

describe("the place of a fault in a text", () => {
  it("is the name of the data, where the library knows none", async () => {
    expect(await whereOf("text, character 3 (line 1, column 3)")).toBe("a.tsv, character 3 (line 1, column 3)");
    expect(await whereOf("beginning")).toBe("a.tsv");
    expect(await whereOf("splitSequences")).toBe("a.tsv");
    expect(await whereOf("predict, step 1")).toBe("a.tsv, step 1");
  });

  it("stays where it names a file, an option or another thing", async () => {
    for (const where of ["b.tsv, line 3", "texts.tsv", "condition", "trainClassifier, option lags", "predict.csv"]) {
      expect(await whereOf(where)).toBe(where);
    }
  });
});
