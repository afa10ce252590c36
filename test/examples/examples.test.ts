import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../scripts/compile.mjs";

const root = new URL("../../", import.meta.url);
const path = (name: string): string => new URL(name, root).pathname;
const run = promisify(execFile);

/** What an example prints: its first line, a loss (the last `loss N` line) that is at most a bound, a line of a pattern. */
interface Expected {
  readonly firstLine?: string;
  readonly lossAtMost?: number;
  readonly pattern?: string;
}

const expected = JSON.parse(readFileSync(path("examples/expect.json"), "utf8")) as Record<string, Expected>;
const examples = readdirSync(path("examples"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -".ts".length));

describe("examples", () => {
  beforeAll(() => {
    expect(compile(path("."), "examples", "build/examples")).toEqual([]);
  }, 60_000);

  it("each has an expectation in examples/expect.json", () => {
    expect(Object.keys(expected).sort()).toEqual([...examples].sort());
  });

  it.each(examples)("%s prints what examples/expect.json says", async (name) => {
    const { stdout, stderr } = await run(process.execPath, [path(`build/examples/${name}.js`)]);
    expect(stderr).toBe("");
    const { firstLine, lossAtMost, pattern } = expected[name]!;
    if (firstLine !== undefined) expect(stdout.split("\n")[0]).toBe(firstLine);
    if (lossAtMost !== undefined) {
      const loss = /^loss (\S+)$/m.exec(stdout)?.[1];
      expect(Number(loss)).toBeLessThanOrEqual(lossAtMost);
    }
    if (pattern !== undefined) expect(stdout).toMatch(new RegExp(pattern));
  });
});
