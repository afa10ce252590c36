/** The library in Chromium: the same bytes as Node, with and without shared memory, and clear errors where it cannot run. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { smallWeights } from "../sameness/small-weights.mjs";
import { serve } from "./serve.mjs";

const BROWSER = process.env.RECURRA_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

const HASH = `
  const toHex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const hash = async (bytes) => toHex(await crypto.subtle.digest("SHA-256", bytes));`;
const PAGES = {
  "/empty": "<!doctype html><title>recurra</title>",
  "/worker.mjs": `import { smallWeights } from "/test/sameness/small-weights.mjs";${HASH}
    postMessage(await hash(await smallWeights()));`,
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
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const bytes = await train();
    clearInterval(timer);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
    return { sha256, shared: typeof SharedArrayBuffer !== "undefined", longest };
  };

  it("a plain page, without shared memory, learns the same bytes as Node and stays awake", async () => {
    const { sha256, shared, longest } = await inPage({}, trainInPage);
    assert.equal(shared, false);
    assert.equal(sha256, expected);
    assert.ok(longest < 1000, `the page stood still for ${longest} ms`);
  });

  it("a cross-origin isolated page, with shared memory, learns the same bytes", async () => {
    const { sha256, shared } = await inPage(ISOLATED, trainInPage);
    assert.equal(shared, true);
    assert.equal(sha256, expected);
  });

  it("a worker learns the same bytes", async () => {
    const sha256 = await inPage({}, () => {
      const worker = new Worker("/worker.mjs", { type: "module" });
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
      });
    });
    assert.equal(sha256, expected);
  });

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
