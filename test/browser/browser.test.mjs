/** The library in Chromium: the same bytes as Node, with and without shared memory, and clear errors where it cannot run. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { saveModel } from "../../dist/checkpoint/index.js";
import { LanguageModel, trainLanguageModel } from "../../dist/tasks/index.js";
import { NODE_ENTRIES } from "../../scripts/check-exports.mjs";
import { smallWeights } from "../sameness/small-weights.mjs";
import { serve } from "./serve.mjs";

const BROWSER = process.env.RECURRA_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** A wait that a person feels; training gives the thread back well before. */
const LONGEST_TASK_MS = 100;
/** Another program may hold the processor for a while; a library that blocks does so at every attempt. */
const ATTEMPTS = 3;

const HASH = `
  const toHex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const hash = async (bytes) => toHex(await crypto.subtle.digest("SHA-256", bytes));`;
const PAGES = {
  "/throws.mjs": 'throw new Error("no luck");',
  "/empty": "<!doctype html><title>recurra</title>",
  "/worker.mjs": `import { defaultEngine } from "/dist/index.js";
    import { smallWeights } from "/test/sameness/small-weights.mjs";${HASH}
    const engine = defaultEngine();
    engine.threads = 2;
    let threads = 1;
    const weights = await smallWeights(() => { threads = Math.max(threads, engine.runningThreads); });
    postMessage({ sha256: await hash(weights), threads });`,
};

/** Two seconds of training on the page's own thread: its longest tasks, and the frames that were drawn meanwhile. */
const trainOnMainThread = async () => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  observer.observe({ type: "longtask" });
  const { trainLanguageModel } = await import("/dist/tasks/index.js");
  let frames = 0;
  const draw = () => {
    frames++;
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(200);
  const sizes = { hiddenSize: 64, batchSize: 8, bptt: 32, evaluateEvery: 50 };
  let steps = 0;
  for await (const report of trainLanguageModel(text, { ...sizes, minutes: 2 / 60 })) steps = report.step;
  await new Promise((resolve) => setTimeout(resolve, 100));
  tasks.push(...observer.takeRecords());
  return { steps, frames, longest: Math.max(0, ...tasks.map((task) => task.duration)) };
};

/** What a page says of a first tensor, or of the error that stands in its way. */
const tryEngine = async () => {
  try {
    const { defaultEngine } = await import("/dist/index.js");
    return `engine of ${defaultEngine().byteLength} bytes`;
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
};

const skip = existsSync(BROWSER)
  ? false
  : `no browser at ${BROWSER}: install Debian's chromium, or set RECURRA_CHROMIUM`;
if (skip && process.env.CI === "true") throw new Error(skip);

describe("in Chromium", { skip }, () => {
  let browser;
  let expected;
  before(async () => {
    browser = await chromium.launch({ executablePath: BROWSER, args: [...FLAGS, ...QUIET] });
    expected = createHash("sha256")
      .update(await smallWeights())
      .digest("hex");
  });
  after(() => browser?.close());

  /** Opens an empty page of a server with these headers and runs `work` in it. */
  const inPage = async (headers, work, prepare) => {
    const server = await serve(headers, PAGES);
    const page = await browser.newPage();
    try {
      if (prepare !== undefined) await page.addInitScript(prepare);
      await page.goto(`${server.url}/empty`);
      return await page.evaluate(work);
    } finally {
      await page.close();
      server.close();
    }
  };

  const trainInPage = async () => {
    const { smallWeights: train } = await import("/test/sameness/small-weights.mjs");
    const bytes = await train();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
    return { sha256, shared: typeof SharedArrayBuffer !== "undefined" };
  };

  it("a plain page, without shared memory, learns the same bytes as Node", async () => {
    const { sha256, shared } = await inPage({}, trainInPage);
    assert.equal(shared, false);
    assert.equal(sha256, expected);
  });

  for (const [page, headers] of [
    ["a plain page", {}],
    ["a cross-origin isolated page", ISOLATED],
  ]) {
    it(`${page} is never kept for ${LONGEST_TASK_MS} ms while its own thread trains, and draws on`, async () => {
      const seen = [];
      const isAwake = ({ longest, frames }) => longest < LONGEST_TASK_MS && frames > 60;
      while (seen.length < ATTEMPTS && !seen.some(isAwake)) seen.push(await inPage(headers, trainOnMainThread));
      assert.ok(seen.some(isAwake), JSON.stringify(seen));
      assert.ok(
        seen.every(({ steps }) => steps > 50),
        JSON.stringify(seen),
      );
    });
  }

  describe("the example page examples/sample-page", () => {
    const MODEL_FILES = ["config.json", "encoder.json", "model.safetensors"];
    const form = { temperature: "0.9", characters: "3000", seed: "7" };
    let folder;
    let model;
    let small;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "recurra-"));
      const text = "the cat, which already ate, was full; the cats, which already ate, were full.\n".repeat(50);
      model = await trainLanguageModel(text, { hiddenSize: 16, batchSize: 4, bptt: 32, steps: 30, seed: 3 }).model;
      await saveModel(join(folder, "cats"), model.toFiles());
      small = await LanguageModel.fromFiles(model.toFiles("int8"), "small");
      await saveModel(join(folder, "small"), small.toFiles());
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** Opens the page with the saved models beside it, at /models/cats and, as int8, /models/small. */
    const open = async (query, work) => {
      const names = ["cats", "small"].flatMap((name) => MODEL_FILES.map((file) => `${name}/${file}`));
      const saved = names.map((name) => [`/models/${name}`, readFileSync(join(folder, name))]);
      const server = await serve({}, Object.fromEntries(saved));
      const page = await browser.newPage();
      try {
        await page.goto(`${server.url}/examples/sample-page/index.html${query}`);
        return await work(page);
      } finally {
        await page.close();
        server.close();
      }
    };
    const write = async (page, prompt) => {
      for (const [name, value] of Object.entries({ ...form, prompt })) await page.fill(`[name=${name}]`, value);
      await page.click("[name=write]");
      await page.waitForSelector("[name=write]:enabled");
      return await page.textContent("output");
    };
    const written = async (prompt, from = model) => {
      let text = prompt;
      for await (const piece of from.sample({ prompt, temperature: 0.9, length: 3000, seed: 7 })) text += piece;
      return text;
    };

    it("writes the text that Node writes with the saved model, and shows it as it is written", async () => {
      const [text, lengths] = await open("?model=/models/cats", async (page) => {
        await page.evaluate(() => {
          window.lengths = new Set();
          const look = () => {
            window.lengths.add(document.querySelector("output").textContent.length);
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        });
        return [await write(page, "the cats"), await page.evaluate(() => [...window.lengths])];
      });
      assert.equal(text, await written("the cats"));
      assert.ok(lengths.filter((length) => length > 8 && length < text.length).length > 1, String(lengths));
    });

    it("writes the text that Node writes with a model of int8", async () => {
      const text = await open("?model=/models/small", (page) => write(page, "the cats"));
      assert.equal(text, await written("the cats", small));
    });

    it("reads the files that a person chooses, and says what is wrong with them", async () => {
      const paths = MODEL_FILES.map((name) => join(folder, "cats", name));
      const [missing, text] = await open("", async (page) => {
        await page.setInputFiles("[name=files]", paths.slice(0, 2));
        await page.waitForFunction(() => /expected/.test(document.querySelector("[role=status]").textContent));
        const said = await page.textContent("[role=status]");
        await page.setInputFiles("[name=files]", paths);
        await page.waitForSelector("[name=write]:enabled");
        return [said, await write(page, "")];
      });
      assert.match(
        missing,
        /^model\.safetensors: expected config\.json, encoder\.json and .*, got no model\.safetensors\./,
      );
      assert.equal(text, await written(""));
    });

    it("says when there is no model, and what the model does not know", async () => {
      const said = await open("?model=/models/dogs", async (page) => {
        await page.waitForFunction(() => /expected/.test(document.querySelector("[role=status]").textContent));
        return await page.textContent("[role=status]");
      });
      assert.match(said, /^http:.*\/models\/dogs\/config\.json: expected .*, got no config\.json\./);
      const unknown = await open("?model=/models/cats", async (page) => {
        await page.waitForSelector("[name=write]:enabled");
        await write(page, "the Žebra");
        return await page.textContent("[role=status]");
      });
      assert.match(unknown, /"Ž"/);
    });
  });

  /** The weights of a training in a worker and of one without, or the error of the former. */
  const trainBothWays = async () => {
    const { tasks, trainInWorker, trainLanguageModel } = await import("/dist/tasks/index.js");
    const text = "the cat, which already ate, was full.\n".repeat(30);
    const options = { hiddenSize: 12, batchSize: 4, bptt: 8, steps: 20 };
    const weights = (model) =>
      JSON.stringify([...model.toFiles().weights].map(([name, { data }]) => [name, [...data]]));
    try {
      const there = await trainInWorker(tasks[0], text, options).model;
      return [weights(there), weights(await trainLanguageModel(text, options).model)];
    } catch (error) {
      // the page hears of it after the worker's listeners
      await new Promise((resolve) => setTimeout(resolve, 0));
      return `${window.uncaught ? "uncaught, " : ""}${error.code}: ${error.message}`;
    }
  };

  it("a page's training worker gives the bytes of training without it", async () => {
    const [there, here] = await inPage({}, trainBothWays);
    assert.equal(there, here);
    assert.ok(here.length > 1000);
  });

  const trainWith = (program) =>
    inPage(
      {},
      trainBothWays,
      `{
      const PageWorker = Worker;
      window.Worker = function Worker(_, options) { return new PageWorker("${program}", options); };
      window.addEventListener("error", () => { window.uncaught = true; });
    }`,
    );

  it("a page that does not find the training worker says what to do", async () => {
    assert.equal(
      await trainWith("/nowhere.mjs"),
      "unsupported: training worker: expected a worker that runs, got no program of it. Make recurra/training-worker an entry of the bundle, beside it as training-worker.js.",
    );
  });

  it("an error of the training worker reaches the run, and the page's uncaught errors never", async () => {
    assert.match(
      await trainWith("/throws.mjs"),
      /^internal: training worker: expected a worker that runs, got Uncaught Error: no luck\./,
    );
  });

  it("two trainings at once in one page both come to their ends", async () => {
    const counts = await inPage({}, async () => {
      const { trainLanguageModel } = await import("/dist/tasks/index.js");
      const text = "the cat, which already ate, was full.\n".repeat(100);
      const sizes = { hiddenSize: 16, batchSize: 4, bptt: 16, minutes: 0.5 / 60 };
      const models = Promise.all([1, 2].map((seed) => trainLanguageModel(text, { ...sizes, seed }).model));
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error("still training after 20 s")), 20_000));
      return (await Promise.race([models, late])).map((model) => model.parameterCount);
    });
    assert.ok(counts[0] > 0);
    assert.deepEqual(counts, [counts[0], counts[0]]);
  });

  it("every entry but the file system's loads, with no builtin of Node", async () => {
    const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const entries = Object.keys(exports).filter((name) => exports[name].node && !NODE_ENTRIES.has(name));
    assert.ok(entries.includes("."));
    // of a checkout: the modules that the package has in dist/modules/ stand in dist/ itself
    const files = JSON.stringify(entries.map((name) => exports[name].node.slice(1)));
    const counts = await inPage(
      {},
      `Promise.all(${files}.map(async (file) => Object.keys(await import(file)).length))`,
    );
    assert.equal(counts.length, entries.length);
    assert.ok(Math.min(...counts) > 0, String(counts));
  });

  it("a cross-origin isolated page, with shared memory, learns the same bytes", async () => {
    const { sha256, shared } = await inPage(ISOLATED, trainInPage);
    assert.equal(shared, true);
    assert.equal(sha256, expected);
  });

  for (const [page, headers, count] of [
    ["a plain page", {}, 1],
    ["a cross-origin isolated page", ISOLATED, 2],
  ]) {
    it(`a worker of ${page} learns the same bytes with ${count === 1 ? "one thread" : "two threads"}`, async () => {
      const { sha256, threads } = await inPage(headers, () => {
        const worker = new Worker("/worker.mjs", { type: "module" });
        return new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(event.message));
        });
      });
      assert.equal(threads, count);
      assert.equal(sha256, expected);
    });
  }

  it("a page whose policy forbids compiling says what to add", async () => {
    const policy = (extra) => ({ "content-security-policy": `script-src 'self'${extra}` });
    assert.equal(
      await inPage(policy(""), tryEngine),
      "unsupported: engine: expected a page that may compile WebAssembly, got a Content-Security-Policy that forbids it. Add 'wasm-unsafe-eval' to script-src.",
    );
    assert.match(await inPage(policy(" 'wasm-unsafe-eval'"), tryEngine), /^engine of \d+ bytes$/);
  });

  it("a runtime without SIMD says what is missing", async () => {
    const said = await inPage({}, tryEngine, () => {
      WebAssembly.validate = () => false;
    });
    assert.match(said, /^unsupported: engine: expected WebAssembly with 128-bit SIMD, got a runtime without it/);
  });
});
