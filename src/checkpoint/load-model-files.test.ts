import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { loadModelFiles } from "./load-model-files.ts";
import { saveModel } from "./model-directory.ts";
import type { ModelFiles } from "./model-files.ts";
import { modelToBytes } from "./model-to-bytes.ts";

const model: ModelFiles = {
  config: { task: "language-model" },
  encoder: { characters: ["a", "é"] },
  weights: new Map([["w", { shape: [1, 2], data: Float32Array.of(0.1, -0) }]]),
};
const parts = modelToBytes(model);
const asFile = (name: string, bytes: Uint8Array) => new File([Buffer.from(bytes)], name);

let server: Server;
let host: string;
/** The paths asked for, with their queries. */
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, "http://localhost");
    asked.push(pathname + search);
    const [, folder, name] = pathname.split("/");
    const bytes = parts.get(name!);
    if (folder === "broken") response.writeHead(503).end();
    else if (folder === "app") response.end("<!doctype html><title>every path is the app</title>");
    else if (folder === "book" && bytes !== undefined) response.end(bytes);
    else response.writeHead(404).end("nothing here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const fault = async (source: Parameters<typeof loadModelFiles>[0]): Promise<string> => {
  const error = await loadModelFiles(source).then(
    () => new Error("no error"),
    (thrown: Error & { code?: string }) => thrown,
  );
  return `${(error as { code?: string }).code}: ${error.message.replaceAll(host, "HOST")}`;
};

describe("loadModelFiles", () => {
  it("gives the same from a folder, a file: URL, an address, chosen files and bytes by name", async () => {
    const root = await mkdtemp(join(tmpdir(), "recurra-"));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const directory = join(root, "book of 2");
    await saveModel(directory, model);
    const sources = [
      directory,
      pathToFileURL(directory),
      pathToFileURL(`${directory}/`),
      `${host}/book`,
      `${host}/book/`,
      new URL(`${host}/book`),
      [asFile("notes.txt", new Uint8Array()), ...Array.from(parts, ([name, bytes]) => asFile(name, bytes))],
      parts,
    ];
    const [first, ...others] = await Promise.all(sources.map(loadModelFiles));
    expect(first).toMatchObject(model);
    for (const other of others) expect(other).toEqual(first);
  });

  it("keeps the query of an address, which may be what permits the reading", async () => {
    asked.length = 0;
    await loadModelFiles(`${host}/book/?key=a%2Fb`);
    expect(asked).toEqual(["config.json", "encoder.json", "model.safetensors"].map((n) => `/book/${n}?key=a%2Fb`));
  });

  it("reads an address relative to the page where there is one", async () => {
    vi.stubGlobal("location", { href: `${host}/index.html?x` });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect((await loadModelFiles("book")).weights).toEqual(model.weights);
    vi.stubGlobal("location", { href: "about:blank" });
    expect(await fault("book")).toBe(
      "data: book: expected a whole address, such as https://example.org/models/book, got one relative to about:blank.",
    );
  });

  it("names the address, and what came instead", async () => {
    const expected =
      "expected config.json, encoder.json and model.safetensors in a model directory, got no config.json.";
    expect(await fault(`${host}/none`)).toContain(`file-format: HOST/none/config.json: ${expected}`);
    expect(await fault(`${host}/broken`)).toBe(
      "data: HOST/broken/config.json: expected a file that can be read, got status 503 Service Unavailable.",
    );
    expect(await fault(`${host}/app`)).toBe(
      'file-format: HOST/app/config.json: expected JSON, got "<!doctype html><title>every path is the app</title>". Is the address right?',
    );
    expect(await fault("http://127.0.0.1:1/book")).toBe(
      "data: http://127.0.0.1:1/book/config.json: expected an answer, got fetch failed.",
    );
  });

  it("names the file that is missing or wrong among those chosen", async () => {
    const without = new Map([...parts].filter(([name]) => name !== "encoder.json"));
    expect(await fault(without)).toContain("file-format: encoder.json: expected config.json, encoder.json and");
    expect(await fault([])).toContain("file-format: config.json: expected config.json, ");
    const half = new Map(parts).set("model.safetensors", parts.get("model.safetensors")!.subarray(0, -1));
    expect(await fault(half)).toContain("file-format: model.safetensors");
  });
});
