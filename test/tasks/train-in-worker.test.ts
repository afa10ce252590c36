import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program against the built package, where the worker's own file is, and returns what it printed as JSON. */
async function program(body: string): Promise<Record<string, unknown>> {
  const source = `
    import { tasks, trainInWorker, trainLanguageModel } from "${root}dist/tasks/index.js";
    const text = "the cat, which already ate, was full; the cats, which already ate, were full.\\n".repeat(30);
    const options = { hiddenSize: 12, batchSize: 4, bptt: 8 };
    const bytes = (model) => [...model.toFiles().weights].map(([name, { data }]) => name + Array.from(data).join()).join();
    ${body}`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", source], {
    timeout: 60_000,
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("trainInWorker", () => {
  it("gives the bytes of training without a worker, keeps the event loop awake, and lets the process end", async () => {
    const said = await program(`
      let longest = 0, last = performance.now();
      const timer = setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 2);
      const run = trainInWorker(tasks[0], text, { ...options, hiddenSize: 64, steps: 200 });
      let reports = 0;
      for await (const report of run) reports++;
      clearInterval(timer);
      const model = await run.model;
      const here = await trainLanguageModel(text, { ...options, hiddenSize: 64, steps: 200 }).model;
      const { steps, stopped } = await run.summary;
      console.log(JSON.stringify({ equal: bytes(model) === bytes(here), reports: reports > 0, steps, stopped, awake: longest < 150 }));`);
    expect(said).toEqual({ equal: true, reports: true, steps: 200, stopped: false, awake: true });
  });

  it("stops when the caller leaves the loop, with the model trained so far", async () => {
    const said = await program(`
      const run = trainInWorker(tasks[0], text, { ...options, steps: 10000000 });
      for await (const { step } of run) if (step > 20) break;
      const { steps, stopped } = await run.summary;
      console.log(JSON.stringify({ some: steps > 20, stopped, parameters: (await run.model).parameterCount > 0 }));`);
    expect(said).toEqual({ some: true, stopped: true, parameters: true });
  });

  it("refuses what a worker cannot be given, and lets the process end", async () => {
    const said = await program(`
      const cell = { ...options, cell: () => 1 };
      const uncopied = await trainInWorker(tasks[0], text, cell).model.catch((e) => e);
      const unread = await Promise.resolve().then(() => trainInWorker(tasks[0], Promise.resolve(text))).catch((e) => e);
      console.log(JSON.stringify({ uncopied: uncopied.message, unread: unread.message }));`);
    expect(said.uncopied).toMatch(
      /^trainInWorker: expected options that can be copied to a worker, got .*could not be cloned/,
    );
    expect(said.unread).toMatch(/^trainInWorker: expected a text, got/);
  });

  it("brings the worker's error to whoever awaits the model", async () => {
    const said = await program(`
      const error = await trainInWorker(tasks[0], "short", options).model.catch((e) => e);
      console.log(JSON.stringify({ name: error.name, code: error.code, where: error.parts.where }));`);
    expect(said).toMatchObject({ name: "RecurraError", code: "data" });
  });
});
