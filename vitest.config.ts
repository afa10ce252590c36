import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src/", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^recurra$/, replacement: `${src}index.ts` },
      { find: /^recurra\/node$/, replacement: `${src}node.ts` },
      { find: /^recurra\/([a-z]+)$/, replacement: `${src}$1/index.ts` },
    ],
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.mjs"],
    exclude: ["**/node_modules/**", "test/browser/**"],
    testTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    onConsoleLog(log, _stream, from) {
      throw new Error(`tests are silent, but "${from?.name ?? "a test"}" wrote to the console: ${log}`);
    },
  },
});
