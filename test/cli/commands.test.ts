import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workload } from "../../src/tasks/bench-workloads.ts";
import type { Task } from "../../src/tasks/task.ts";
import { jsonLines, ran } from "./fake-shell.ts";
import { fakeTask } from "./fake-task.ts";

let root: string;
let book: string;
let out: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
  book = join(root, "book.txt");
  out = join(root, "model");
  await writeFile(book, "abcabcabc");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const train = (...more: string[]) => ["train", "language-model", "--data", book, "--out", out, ...more];

describe("train", () => {
  it("saves the model and shows its scores beside the baselines", async () => {
    const { status, stdout, stderr } = await ran(train());
    expect(status).toBe(0);
    expect(stdout.replaceAll(root, "ROOT")).toMatchInlineSnapshot(`
      "Done after 10 steps, 100 tokens in 0:10 (1.00 k tokens/s); 3 parameters.

      validation           bits/char  perplexity
        this model             2.000       4.000
        unigram                4.000       16.00
        Kneser-Ney 5-gram      1.500       2.828
      The model does not beat the Kneser-Ney 5-gram: 2.000 against 1.500 bits/char.
      Training longer, or on more data, usually helps.

      Saved in ROOT/model, for recurra sample.
      "
    `);
    expect(stderr).toContain("step 1/10  loss 1.000  1.00 k tokens/s  0:01  0:09 left\n");
    expect((await readdir(out)).sort()).toEqual(["config.json", "encoder.json", "metrics.jsonl", "model.safetensors"]);
    expect((await readFile(join(out, "metrics.jsonl"), "utf8")).trimEnd().split("\n")).toHaveLength(10);
  });

  it("writes nothing but JSON lines with --json, the result last, and progress still to stderr", async () => {
    const { status, stdout, stderr } = await ran(train("--json", "--steps", "3", "--valid", book));
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    expect(lines.map(({ event }) => event)).toEqual(["report", "report", "report", "done"]);
    const weights = await readFile(join(out, "model.safetensors"));
    expect(lines.at(-1)).toEqual({
      event: "done",
      task: "language-model",
      steps: 3,
      tokens: 30,
      seconds: 3,
      tokensPerSecond: 1000,
      parameters: 3,
      valid: { bitsPerToken: 3, perplexity: 8, bitsPerChar: 3 },
      baseline: { name: "unigram", bitsPerToken: 4, perplexity: 16, bitsPerChar: 4 },
      baselines: [
        { name: "unigram", bitsPerToken: 4, perplexity: 16, bitsPerChar: 4 },
        { name: "Kneser-Ney 5-gram", bitsPerToken: 1.5, perplexity: 2 ** 1.5, bitsPerChar: 1.5 },
      ],
      unbeaten: ["Kneser-Ney 5-gram"],
      skipped: 0,
      stopped: false,
      out,
      weightsSha256: createHash("sha256").update(weights).digest("hex"),
    });
    expect(stderr).toContain("step 1/3");
  });

  it("writes nothing at all with --quiet", async () => {
    expect(await ran(train("--quiet"))).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("saves what it has on Ctrl-C and ends with 130", async () => {
    const slow: Task<readonly string[]> = {
      ...fakeTask,
      train(text, options, control) {
        const run = fakeTask.train(text, options, control);
        return {
          async *[Symbol.asyncIterator]() {
            for await (const report of run) {
              await new Promise((resolve) => setTimeout(resolve, 10));
              yield report;
            }
          },
          get model() {
            return run.model;
          },
          get summary() {
            return run.summary;
          },
        };
      },
    };
    const { status, stdout, stderr } = await ran(train("--steps", "100000"), { tasks: [slow], interruptAt: 60 });
    expect(status).toBe(130);
    expect(stderr).toContain("Stopping and saving.");
    expect(stdout).toMatch(/^Stopped after \d steps/);
    expect(await readdir(out)).toContain("model.safetensors");
  });

  it("refuses an output that exists before it reads a byte of data", async () => {
    await ran(train());
    const again = await ran(["train", "language-model", "--data", join(root, "absent.txt"), "--out", out]);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("expected a new or empty folder, got a saved model.");
    expect((await ran(train("--force"))).status).toBe(0);
    const other = await ran(["train", "language-model", "--data", book, "--out", root, "--force"]);
    expect(other.status).toBe(2);
    expect(await readdir(root)).toContain("book.txt");
  });

  it("says which task the data looks like where none is named", async () => {
    const looks = `This looks like data of a language-model: recurra train language-model --data ${book} --out DIR.\n`;
    const expected = "train: expected a task: language-model, got";
    for (const more of [[], ["--out", out]]) {
      expect((await ran(["train", "--data", book, ...more])).stderr).toBe(`${expected} none. ${looks}`);
      expect((await ran(["train", book, ...more])).stderr).toBe(`${expected} "${book}". ${looks}`);
    }
    const spaced = join(root, "a book.txt");
    await writeFile(spaced, "a book");
    expect((await ran(["train", spaced])).stderr).toContain(`--data "${spaced}" --out DIR.`);
  });

  it("ends with 1 and one line for data at fault, with 70 for a bug, with a stack only under --debug", async () => {
    const missing = await ran(["train", "language-model", "--data", join(root, "absent.txt"), "--out", out]);
    expect(missing.status).toBe(1);
    expect(missing.stderr.replaceAll(root, "ROOT")).toBe(
      "ROOT/absent.txt: expected a file or folder that can be read, got no such file. Check the path given as data.\n",
    );
    await writeFile(book, "burst");
    const bug = await ran(train("--quiet"));
    expect(bug.status).toBe(70);
    expect(bug.stderr).toContain("TypeError: burst. This is a bug of Recurra");
    expect(bug.stderr.split("\n")).toHaveLength(2);
    expect((await ran(train("--debug"))).stderr).toContain("    at ");
    expect(await readdir(root)).toEqual(["book.txt"]);
  });
});

describe("sample", () => {
  beforeEach(async () => {
    await ran(train());
  });

  it("writes the prompt and what follows", async () => {
    expect(await ran(["sample", out, "--prompt", "xy", "--length", "4"])).toEqual({
      status: 0,
      stdout: "xyaaaa\n",
      stderr: "",
    });
  });

  it("gives one object a sample with --json, of consecutive seeds", async () => {
    const argv = ["sample", out, "--json", "--length", "2", "--count", "2", "--seed", "4", "--temperature", "0.5"];
    expect(jsonLines((await ran(argv)).stdout)).toEqual([
      { event: "sample", prompt: "", text: "aa", seed: 4, temperature: 0.5 },
      { event: "sample", prompt: "", text: "AA", seed: 5, temperature: 0.5 },
    ]);
  });

  it("writes nothing on stdout when the prompt cannot be read", async () => {
    expect(await ran(["sample", out, "--prompt", "a#b"])).toEqual({
      status: 1,
      stdout: "",
      stderr: 'prompt: expected a known character, got "#".\n',
    });
  });

  it("names a model directory that is missing or of an unknown task", async () => {
    expect((await ran(["sample", join(root, "none")])).status).toBe(1);
    const config = join(out, "config.json");
    await writeFile(config, (await readFile(config, "utf8")).replace("language-model", "fortune-teller"));
    const { status, stderr } = await ran(["sample", out]);
    expect(status).toBe(1);
    expect(stderr).toContain('config.json: expected "task" as one of language-model, got "fortune-teller".');
  });
});

describe("a command that the model's task has not", () => {
  it("says which commands it has", async () => {
    await ran(train());
    for (const [command, what] of [
      ["predict", "answers inputs"],
      ["score", "says how likely a text is"],
    ] as const) {
      expect(await ran([command, out, "abc"])).toEqual({
        status: 2,
        stdout: "",
        stderr: `${command} ${out}: expected a model that ${what}, got one of the task language-model. Use recurra sample.\n`,
      });
    }
  });
});

describe("eval", () => {
  it("gives the metrics beside the naive baseline", async () => {
    await ran(train());
    expect(jsonLines((await ran(["eval", out, "--data", book, "--json"])).stdout)).toEqual([
      {
        event: "eval",
        task: "language-model",
        examples: 8,
        metrics: { bitsPerToken: 2, perplexity: 4, bitsPerChar: 2 },
        baseline: { name: "unigram of this text", bitsPerToken: 3, perplexity: 8, bitsPerChar: 3 },
        baselines: [{ name: "unigram of this text", bitsPerToken: 3, perplexity: 8, bitsPerChar: 3 }],
        unbeaten: [],
        skipped: 0,
      },
    ]);
    const { stdout } = await ran(["eval", out, "--data", book]);
    expect(stdout).toContain("8 tokens of ");
    expect(stdout).not.toContain("does not beat");
  });
});

describe("bench", () => {
  const workload = (name: string): Workload => ({
    name,
    description: `workload ${name}`,
    prepare() {
      let loss = 5;
      return {
        step: () => {
          loss -= 0.001;
        },
        tokensPerStep: 2048,
        flopPerStep: 1e8,
        lossOf: () => loss,
      };
    },
  });
  const workloads = [workload("W-S"), workload("W-M")];

  it("gives the rate of the median step", async () => {
    const { status, stdout } = await ran(["bench", "W-M", "--json", "--seconds", "1"], { workloads });
    expect(status).toBe(0);
    const [timing, ...others] = jsonLines(stdout);
    expect(others).toEqual([]);
    // The clock of the test moves on by 10 ms at each look.
    expect(timing).toMatchObject({
      workload: "W-M",
      medianMs: 10,
      minMs: 10,
      tokensPerSecond: 204_800,
      gflops: 10,
      threads: 1,
      backend: "128-bit vectors, multiply and add rounded apart",
      firstLoss: 4.999,
    });
    expect(timing!.lastLoss).toBeLessThan(4.96);
  });

  it("times all of them without a name, and suggests a name for one that is unknown", async () => {
    const { stdout } = await ran(["bench", "--seconds", "0"], { workloads });
    expect(stdout).toMatch(/^workload .* threads\nW-S .* 10\.000 .* 1\nW-M .*\nWebAssembly SIMD: 128-bit/);
    const { status, stderr } = await ran(["bench", "W-N"], { workloads });
    expect(status).toBe(2);
    expect(stderr).toBe('bench: expected one of W-S, W-M, got "W-N". Did you mean W-S?\n');
    expect((await ran(["bench", "--help"], { workloads })).stdout).toContain("  W-M       workload W-M");
  });
});

describe("tasks", () => {
  it("lists the options with range and default", async () => {
    expect((await ran(["tasks"])).stdout).toMatchInlineSnapshot(`
      "language-model: Learns to write.
        --data     a UTF-8 text file, or a folder of .txt files
        --cell     the cell (rnn, gru, lstm; default lstm)
        --hidden   units (integer from 1 to 4096; default 128)
        --steps    updates (integer of at least 1)
        --minutes  minutes (number of at least 0)
      "
    `);
    expect(jsonLines((await ran(["tasks", "--json"])).stdout)[0]).toMatchObject({ task: "language-model" });
  });
});
