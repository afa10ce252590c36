/** Serves the checkout on a free port of this machine, with headers that a test chooses. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/**
 * @param {Record<string, string>} headers sent with every answer.
 * @param {Record<string, string | Uint8Array>} pages what is at a path, beside the files of the checkout.
 */
export async function serve(headers, pages) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const type = TYPES[extname(path)] ?? "text/plain";
    try {
      const body = pages[path] ?? (await readFile(join(root, path)));
      response.writeHead(200, { ...headers, "content-type": extname(path) === "" ? "text/html" : type });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
