import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/program.ts";
import { numericSeries } from "../../src/data/sources/numeric-series.ts";
import { type Waveform, writeWav } from "../../src/data/sources/wav.ts";
import { lossOf, metricRow } from "../../src/metrics/metric-table.ts";
import { loadModel, tasks } from "../../src/tasks/index.ts";
import { fakeShell, jsonLines, type Ran, ran } from "./fake-shell.ts";

/** What one task is tried on. */
interface Trial {
  readonly task: string;
  /** Writes the data. @returns its path. */
  data(root: string): Promise<string>;
  /** Beside the sizes. */
  readonly flags?: readonly string[];
  /** Inputs of the library's `predictMany`, of unequal lengths. */
  readonly inputs?: readonly unknown[];
  /** The command that answers line by line, with two lines for it. */
  readonly answers?: { readonly command: readonly string[]; readonly lines: readonly [string, string] };
}

/** What every session has. */
interface Session {
  step(input: unknown): unknown;
  fork(): Session;
  toJSON(): unknown;
}

const rows = (count: number, row: (i: number) => string): string =>
  `${Array.from({ length: count }, (_, i) => row(i)).join("\n")}\n`;
const file =
  (name: string, text: string) =>
  async (root: string): Promise<string> => {
    await writeFile(join(root, name), text);
    return join(root, name);
  };
const WORDS = ["sun", "moon", "rain", "snow", "wind"];
const word = (i: number): string => WORDS[(i * 7) % 5]!;
const day = (i: number): string => new Date(86_400_000 * i).toISOString().slice(0, 10);
/** Lines that are answered as they come. */
const lines = (first: string, second: string): NonNullable<Trial["answers"]> => ({
  command: ["predict", "--file", "-"],
  lines: [first, second],
});

/** A tone of 400 Hz of so many samples. */
function tone(length: number, shift = 0): Waveform {
  const samples = Float32Array.from({ length }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 400 * n) / 8000 + shift));
  return { samples, sampleRateHz: 8000 };
}

async function clips(root: string): Promise<string> {
  await mkdir(join(root, "clips"));
  for (let i = 0; i < 10; i++) {
    await writeFile(
      join(root, "clips", `${i % 2 === 0 ? "a" : "b"}-${i}.wav`),
      writeWav(tone(1200 + 400 * (i % 2), i)),
    );
  }
  return join(root, "clips");
}

const TRIALS: readonly Trial[] = [
  {
    task: "language-model",
    data: file(
      "book.txt",
      rows(200, (i) => `The ${word(i)} and the ${word(i + 2)}.`),
    ),
    answers: { command: ["score", "--file", "-"], lines: ["The sun", "and the rain."] },
  },
  {
    task: "classifier",
    data: file("texts.tsv", `text\tlabel\n${rows(40, (i) => `${word(i)} ${i}\t${i % 4 === 0 ? "few" : "many"}`)}`),
    inputs: ["sun 7", "rain and snow and wind", "m"],
    answers: lines("sun 7", "rain"),
  },
  {
    task: "tagger",
    data: file(
      "tags.conll",
      rows(40, (i) => `${word(i)}\tO\n${i % 2 === 0 ? "Ann" : "Bob"}\tB-name\n`),
    ),
    inputs: ["sun Ann", "Bob", "Ann saw the snow and the rain"],
    answers: lines("sun Ann", "Bob"),
  },
  {
    task: "translator",
    data: file(
      "pairs.tsv",
      rows(
        40,
        (i) =>
          `${i + 10}\t${String(i + 10)
            .split("")
            .reverse()
            .join("")}`,
      ),
    ),
    inputs: ["12", "3", "123456"],
    answers: lines("12", "34"),
  },
  {
    task: "transcriber",
    data: clips,
    flags: ["--label-from", "([ab])-\\d+\\.wav$"],
    inputs: [900, 1600, 1200].map(tone),
  },
  {
    task: "generator",
    data: file("names.csv", `label,name\n${rows(40, (i) => `${i % 2 === 0 ? "f" : "m"},${word(i)}`)}`),
    inputs: ["f", "m", "f"],
    answers: lines("f", "m"),
  },
  {
    task: "forecaster",
    data: file("days.csv", `day,sold\n${rows(200, (i) => `${day(i)},${(i % 7) * 10 + (i % 3)}`)}`),
    flags: ["--season", "7", "--window", "1", "--horizon", "2", "--lags", "", "--calendar", "none"],
    inputs: [20, 3, 11].map((n) => numericSeries({ sold: Array.from({ length: n }, (_, i) => (i % 7) * 10) })),
    answers: { command: ["predict", "--stream", "--file", "-"], lines: ["2000-01-01,3", "2000-01-02,4"] },
  },
];

it("tries every task", () => {
  expect(TRIALS.map(({ task }) => task)).toEqual(tasks.map(({ name }) => name));
});

describe.each(TRIALS)("the command line with the task $task", ({ task, data, flags = [], inputs, answers }) => {
  const direction = tasks.find(({ name }) => name === task)!.options.find(({ name }) => name === "bidirectional");
  const byDefaultBoth = direction?.fallback === true;
  let root: string;
  let path: string;
  const recurra = (...argv: string[]): Promise<Ran> => ran(argv, { tasks });
  const train = (out: string, ...more: string[]): Promise<Ran> =>
    recurra(
      "train",
      task,
      "--data",
      path,
      "--out",
      join(root, out),
      "--steps",
      "1",
      "--hidden",
      "4",
      ...flags,
      ...more,
    );
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "recurra-"));
    path = await data(root);
    const { status, stderr } = await train("model");
    expect(status, stderr).toBe(0);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** Checks a report of JSON, and that the one for people says the same. @returns the baselines that are not beaten. */
  const check = (json: Record<string, unknown>, metrics: string, text: string): string[] => {
    const own = json[metrics] as Record<string, number>;
    const baselines = json.baselines as (Record<string, number> & { name: string })[];
    expect(baselines.length).toBeGreaterThan(0);
    expect(json.baseline).toEqual(baselines[0]);
    const main = Object.keys(own).find((name) => metricRow(name).better !== "count")!;
    const shown = main === "bitsPerToken" ? "bitsPerChar" : main;
    const unbeaten = baselines.filter((each) => !(lossOf(shown, own[shown]!) < lossOf(shown, each[shown]!)));
    expect(json.unbeaten).toEqual(unbeaten.map(({ name }) => name));
    for (const each of baselines) {
      expect(text).toContain(`  ${each.name}  `);
      expect(text.includes(`The model does not beat the ${each.name}: `), each.name).toBe(unbeaten.includes(each));
    }
    return unbeaten.map(({ name }) => name);
  };

  it("holds the model against baselines in every report and says plainly which it does not beat", async () => {
    const text = await train("text", "--seed", "1");
    const json = await train("json", "--seed", "1", "--json");
    const trained = check(jsonLines(json.stdout).at(-1)!, "valid", text.stdout);
    // after one update there is always one
    expect(trained.length).toBeGreaterThan(0);
    const evaluation = ["eval", join(root, "model"), "--data", path];
    const [said, told] = [await recurra(...evaluation), await recurra(...evaluation, "--json")];
    check(jsonLines(told.stdout)[0]!, "metrics", said.stdout);
  });

  it("resumes to the same bytes", async () => {
    const planned = ["--schedule-steps", "4", "--eval-every", "1", "--dropout", "0.2", "--json"];
    const shaOf = ({ stdout }: Ran): unknown => jsonLines(stdout).at(-1)!.weightsSha256;
    const whole = await train("whole", ...planned, "--steps", "4");
    await train("half", ...planned, "--steps", "2");
    const resumed = await recurra("train", "--resume", join(root, "half"), "--steps", "4", "--json");
    expect(jsonLines(whole.stdout).at(-1)).toMatchObject({ steps: 4, stopped: false });
    expect(shaOf(resumed)).toBe(shaOf(whole));
  });

  if (inputs !== undefined) {
    it("answers each input as it would alone, bit for bit", async () => {
      const model = (await loadModel(join(root, "model"))) as unknown as {
        predict(input: unknown): unknown;
        predictMany(inputs: readonly unknown[]): readonly unknown[];
      };
      const together = model.predictMany(inputs);
      expect(together.length).toBe(inputs.length);
      for (const [i, input] of inputs.entries()) expect(together[i], String(i)).toEqual(model.predict(input));
    });
  }

  if (answers !== undefined) {
    const [command, ...more] = answers.command;
    const piped = (shell: ReturnType<typeof fakeShell>, stdin: AsyncIterable<Uint8Array>): Promise<number> =>
      runCommandLine([command!, join(root, "model"), ...more], { ...shell, stdin });

    it("answers the first line before the second one is written", async () => {
      const shell = fakeShell({ tasks });
      const before: string[] = [];
      async function* stdin(): AsyncGenerator<Uint8Array> {
        for (const line of answers!.lines) {
          before.push(shell.written().stdout);
          yield new TextEncoder().encode(`${line}\n`);
        }
        before.push(shell.written().stdout);
      }
      expect(await piped(shell, stdin()), shell.written().stderr).toBe(0);
      const [none, first, both] = before;
      expect(none).toBe("");
      expect(first).not.toBe("");
      expect(both!.length).toBeGreaterThan(first!.length);
    });

    const isOneInput = more.includes("--stream");
    if (!isOneInput) {
      it("names a line at fault, and answers the next one", async () => {
        const shell = fakeShell({ tasks });
        async function* stdin(): AsyncGenerator<Uint8Array> {
          yield Uint8Array.of(0x61, 0xff, 0x0a);
          yield new TextEncoder().encode(`${answers!.lines[1]}\n`);
        }
        expect(await piped(shell, stdin())).toBe(1);
        const { stdout, stderr } = shell.written();
        expect(stderr).toMatch(/^standard input, line 1, byte 1: expected UTF-8 text.*\n$/);
        expect(stdout).not.toBe("");
      });
    }
  }

  if (task !== "translator") {
    it("has where it reads one way a session, whose fork and JSON are alike", async () => {
      const oneWay = byDefaultBoth ? ["--no-bidirectional"] : [];
      const trained = await train("one way", ...oneWay, ...(task === "tagger" ? ["--output", "softmax"] : []));
      expect(trained.status, trained.stderr).toBe(0);
      const model = (await loadModel(join(root, "one way"))) as unknown as { session(from?: unknown): Session };
      const session = model.session(task === "generator" ? { condition: "f" } : undefined);
      expect(session.step).toBeTypeOf("function");
      const json = JSON.parse(JSON.stringify(session.toJSON()));
      expect(session.fork().toJSON()).toEqual(session.toJSON());
      expect(JSON.parse(JSON.stringify(model.session(json).toJSON()))).toEqual(json);
    });
  }

  if (direction !== undefined) {
    it("throws at session() of a bidirectional model and says that it must have the whole first", async () => {
      expect((await train("both", ...(byDefaultBoth ? [] : ["--bidirectional"]))).status).toBe(0);
      const model = (await loadModel(join(root, "both"))) as unknown as { session(): unknown };
      expect(() => model.session()).toThrow(/expected a .*, got .*, which must (see|hear) the whole (\w+ )?first/);
    });
  }
});
