import { describe, expect, it } from "vitest";
import { fakeShell } from "../../test/cli/fake-shell.ts";
import { readingProgress } from "./reading-progress.ts";

/** What is written of a file of 100 MB read in steps of a tenth, `now` going on by `stepMs` at each look. */
function written(isTTY: boolean, stepMs: number, quiet = false): string {
  const shell = fakeShell();
  let clock = 0;
  let text = "";
  const stderr = { isTTY, write: (more: string) => (text += more) };
  const now = () => {
    clock += stepMs;
    return clock;
  };
  const onRead = readingProgress({ ...shell, stderr, now }, quiet);
  for (let tenth = 1; tenth <= 10; tenth++) onRead("book.txt", tenth * 1e7, 1e8);
  return text;
}

const FIRST =
  "book.txt, 100 MB, stays in its file: it is read through once, for words twice, then where it is needed.\n";

describe("readingProgress", () => {
  it("writes a line every five seconds into a file", () => {
    expect(written(false, 1000)).toBe(`${FIRST}book.txt: 50 % read\n`);
    expect(written(false, 10)).toBe(FIRST);
  });

  it("writes one line anew on a terminal, and takes it away at the end", () => {
    const live = written(true, 60);
    expect(live).toContain("\r\u001b[Kbook.txt: 20 % read\r\u001b[K");
    expect(live.endsWith("% read\r\u001b[K")).toBe(true);
  });

  it("writes nothing when it is to be quiet", () => {
    expect(written(true, 60, true)).toBe("");
  });
});
