import { appendFile, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileRanges } from "./file-ranges.ts";

describe("the ranges of a file", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  const opened = async (name: string, content: string) => {
    const path = join(root, name);
    await writeFile(path, content);
    return { path, ranges: fileRanges(path, await stat(path)) };
  };

  it("are the bytes from any offset on", async () => {
    const { ranges } = await opened("book.txt", "call me");
    const into = new Uint8Array(4);
    ranges.read(2, into);
    expect(ranges.size).toBe(7);
    expect(new TextDecoder().decode(into)).toBe("ll m");
  });

  it("refuse a file that has grown, or was written anew with as many bytes", async () => {
    const { path, ranges } = await opened("grown.txt", "call me");
    await appendFile(path, "!");
    expect(() => ranges.read(0, new Uint8Array(2))).toThrow(
      `${path}: expected the file as it was opened, 7 bytes, got 8 bytes. A large text is read while it is trained on: leave the file alone until that is done.`,
    );
    const other = await opened("anew.txt", "call me");
    const { atime, mtimeMs } = await stat(other.path);
    await utimes(other.path, atime, new Date(mtimeMs + 2000));
    expect(() => other.ranges.read(0, new Uint8Array(2))).toThrow("got a file that was written since");
  });

  it("say of a file that is gone that it cannot be read", async () => {
    const { path, ranges } = await opened("gone.txt", "call me");
    await rm(path);
    expect(() => ranges.read(0, new Uint8Array(2))).toThrow(`${path}: expected a file or folder that can be read`);
  });
});
