import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines } from "./fake-shell.ts";

const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const sizes = ["--hidden", "16", "--batch", "4", "--bptt", "16", "--lr", "0.01"];

describe.skipIf(!existsSync(built))("the built program with the task language-model", () => {
  let root: string;
  let book: string;
  let model: string;

  const recurra = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...argv], { encoding: "utf8" });
    return { status, stdout, stderr: stderr.replaceAll(root, "ROOT") };
  };
  const trained = (out: string, ...more: string[]) =>
    recurra("train", "language-model", "--data", book, "--out", out, "--steps", "150", "--json", ...sizes, ...more);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    book = join(root, "book.txt");
    model = join(root, "models", "book");
    await writeFile(book, "the whale and the sea.\n".repeat(200));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("learns a text by heart, beats the unigram, and gives the same bytes from the same seed", () => {
    const first = trained(model);
    expect(first.status).toBe(0);
    const done = jsonLines(first.stdout).at(-1)!;
    expect(done).toMatchObject({ event: "done", steps: 150, tokens: 150 * 4 * 16, out: model, stopped: false });
    const { valid, baseline } = done as Record<string, Record<string, number>>;
    expect(valid!.bitsPerChar).toBeLessThan(0.5);
    expect(baseline).toMatchObject({ name: "unigram" });
    expect(baseline!.bitsPerChar).toBeGreaterThan(3);
    const again = jsonLines(trained(join(root, "again")).stdout).at(-1)!;
    expect(again.weightsSha256).toBe(done.weightsSha256);
    const other = jsonLines(trained(join(root, "other"), "--seed", "2").stdout).at(-1)!;
    expect(other.weightsSha256).not.toBe(done.weightsSha256);
  });

  it("writes what it has learnt, the same from the same seed", () => {
    const argv = ["sample", model, "--prompt", "the w", "--length", "40", "--temperature", "0.2", "--seed", "7"];
    const { status, stdout } = recurra(...argv);
    expect(status).toBe(0);
    expect(stdout).toContain("the whale and the sea.\n");
    expect(stdout).toHaveLength("the w".length + 40 + "\n".length);
    expect(recurra(...argv).stdout).toBe(stdout);
    const [json] = jsonLines(recurra(...argv, "--json").stdout);
    expect(`the w${json!.text}\n`).toBe(stdout);
  });

  it("scores a text as training scored it", async () => {
    const [score] = jsonLines(recurra("eval", model, "--data", book, "--json").stdout);
    expect(score).toMatchObject({ event: "eval", examples: (await readFile(book, "utf8")).length - 1 });
    expect((score!.metrics as Record<string, number>).bitsPerChar).toBeLessThan(0.5);
  });

  it("names the file or the flag a character stands in that the model does not know", async () => {
    await writeFile(join(root, "other.txt"), "the sea\nthe €");
    const scored = recurra("eval", model, "--data", join(root, "other.txt"));
    expect(scored.status).toBe(1);
    expect(scored.stderr).toMatch(/^ROOT\/other\.txt, character 13 \(line 2, column 5\): expected one of .* got "€"/);
    const sampled = recurra("sample", model, "--prompt", "€");
    expect(sampled).toMatchObject({ status: 1, stdout: "" });
    expect(sampled.stderr).toMatch(/^sample, --prompt, character 1 /);
  });

  it("shows what a model is made of, what a token costs and how far gradients reach back", () => {
    const [shown] = jsonLines(recurra("inspect", model, "--gradient-flow", "the whale", "--json").stdout);
    const v = shown!.vocabulary as number;
    // four gates of 16 units from 16 states (x is looked up), then the scores
    const forward = 2 * (16 * 64 + 16 * v);
    expect(shown).toMatchObject({ event: "inspect", flopPerToken: { forward, backward: 2 * forward } });
    // as in the file: PyTorch's two biases a gate
    expect(shown!.parameters).toBe(64 * (v + 16 + 1) + v * 17);
    expect(shown!.gradientFlow).toMatchObject({ steps: 8, states: [{ state: "a" }, { state: "c" }] });
    const { status, stdout } = recurra("inspect", model, "--gradient-flow", "the whale");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^task +language-model\ncell +lstm\n/);
    expect(stdout).toMatch(/\nThe gradient of the last prediction's loss .*\n$/);
    const unknown = recurra("inspect", model, "--gradient-flow", "thé");
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toMatch(/^--gradient-flow, character 3 /);
    expect(recurra("inspect", model, "--gradient-flow", "th").stderr).toContain(
      "a text of at least three tokens, got 2",
    );
  });

  it("says that a text is too short for the sizes asked for, and leaves nothing behind", () => {
    const { status, stderr } = trained(join(root, "short"), "--bptt", "2048");
    expect(status).toBe(1);
    expect(stderr).toMatch(/expected at least 8193 tokens .*\n$/);
    expect(existsSync(join(root, "short"))).toBe(false);
  });
});
