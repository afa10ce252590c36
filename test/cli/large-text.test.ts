import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines } from "./fake-shell.ts";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const LINE = "the cät, 漢\n";
const COPIES = 5_000_000;
/** Bytes of the file: above 64 MB, from which on a text stays in it. */
const SIZE = COPIES * Buffer.byteLength(LINE);

describe.skipIf(!existsSync(built))("the built program with a text file of 70 MB", () => {
  let root: string;
  let book: string;

  const recurra = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...argv], { encoding: "utf8" });
    return { status, stdout, stderr: stderr.replaceAll(root, "ROOT") };
  };
  const small = ["--hidden", "4", "--batch", "4", "--bptt", "16", "--valid-tokens", "500", "--json"];
  const train = (name: string, ...more: string[]) =>
    recurra("train", "language-model", "--data", book, "--out", join(root, name), ...small, ...more);
  const weights = (name: string) => readFile(join(root, name, "model.safetensors"));

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    book = join(root, "book.txt");
    await writeFile(book, LINE.repeat(COPIES));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("says that it stays in its file, trains, and goes on to the same bytes", async () => {
    const { status, stdout, stderr } = train("stopped", "--steps", "3");
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toMatch(/^ROOT\/book\.txt, 70.0 MB, stays in its file: /);
    const done = jsonLines(stdout).at(-1)!;
    expect(done).toMatchObject({ steps: 3, valid: { tokens: 499 } });
    const names = (done.baselines as { name: string }[]).map(({ name }) => name);
    expect(names[0]).toBe("unigram (first 5 million tokens)");
    expect(recurra("train", "--resume", join(root, "stopped"), "--steps", "6", "--json").status).toBe(0);
    train("straight", "--steps", "6");
    expect((await weights("stopped")).equals(await weights("straight"))).toBe(true);
  });

  it("names the file, and what is wrong where: a character that the model does not know, a byte, other data on resume", async () => {
    const file = await open(book, "r+");
    await file.write("x", SIZE - 5);
    expect(recurra("eval", join(root, "stopped"), "--data", book)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `ROOT/book.txt, character ${COPIES * 11 - 2} (line ${COPIES}, column 9): expected one of the 9 characters of the vocabulary, got "x" (U+0078).`,
      ),
    });
    expect(recurra("train", "--resume", join(root, "stopped"), "--steps", "9").stderr).toContain(
      "expected the data that ROOT/stopped was trained on, SHA-256 ",
    );
    await file.write(Uint8Array.of(0xff), 0, 1, SIZE - 7);
    await file.close();
    expect(train("faulty", "--steps", "3")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `ROOT/book.txt, byte ${SIZE - 7}: expected UTF-8 text, got the byte 0xff, which is not UTF-8 here.`,
      ),
    });
  });
});
