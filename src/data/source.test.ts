import { describe, expect, it } from "vitest";
import { DataFaults } from "./data-faults.ts";
import type { Source } from "./source.ts";
import { sourceOfFiles } from "./source-of-files.ts";
import { readTagged } from "./sources/read-tagged.ts";
import { readTexts } from "./sources/read-texts.ts";
import { readTranscribedClips } from "./sources/transcribed-clips.ts";

describe("a source", () => {
  it("is asked for where a path, a promise or bytes are given", async () => {
    await expect(readTexts("book.txt" as unknown as Source)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: source: expected what await openSource(path) of recurra/node, or sourceOfFiles(path, files), gives, got "book.txt".]`,
    );
    const promised = Promise.resolve(sourceOfFiles("a.txt", { "a.txt": "a" })) as unknown as Source;
    await expect(readTagged(promised, {}, new DataFaults())).rejects.toThrow("got [object Promise].");
    const bytes = Buffer.from("a") as unknown as Source;
    await expect(readTranscribedClips(bytes, {}, new DataFaults())).rejects.toThrow("got bytes.");
  });

  it("is made of files by name, not of the content of one", () => {
    const text = "a,b" as unknown as Record<string, string>;
    expect(() => sourceOfFiles("a.csv", text)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.csv: expected files by name, got "a,b".]`,
    );
  });
});
