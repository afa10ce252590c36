import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../scripts/compile.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What an example prints: its first line, and numbers, each on a line `name: number …`, that are at most a bound. */
interface Expected {
  readonly firstLine: string;
  readonly atMost?: Readonly<Record<string, number>>;
}

/** Pages are opened by the browser's tests. */
const examples = readdirSync(`${root}examples`).filter((name) => existsSync(`${root}examples/${name}/index.ts`));

describe("examples", () => {
  beforeAll(() => {
    expect(compile(root, "examples", "build/examples")).toEqual([]);
  }, 60_000);

  it.each(examples)("%s prints what its expect.json says", async (name) => {
    const expected = JSON.parse(readFileSync(`${root}examples/${name}/expect.json`, "utf8")) as Expected;
    const { stdout, stderr } = await run(process.execPath, [`${root}build/examples/${name}/index.js`]);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(expected.firstLine);
    for (const [what, bound] of Object.entries(expected.atMost ?? {})) {
      const line = lines.find((text) => text.startsWith(`${what}: `));
      expect(Number.parseFloat(line?.slice(what.length + 2) ?? ""), what).toBeLessThanOrEqual(bound);
    }
  });
});
