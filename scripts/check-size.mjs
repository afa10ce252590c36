/** Holds the library's size in a page: bundled, minified and gzipped. `node scripts/check-size.mjs` prints the sizes. */
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { exportMap, NODE_ENTRIES } from "./check-exports.mjs";

const ENTRY = "entry";

const from = (dist, path, ...names) => `export { ${names.join(", ")} } from ${JSON.stringify(join(dist, path))};\n`;

const inference = (dist) => from(dist, "index.js", "loadModelFiles") + from(dist, "tasks/index.js", "LanguageSampler");

/**
 * What a page may ask of the library, and the most bytes that it fetches for it. The inference of a saved
 * language model keeps to 30 kB; the goal for everything is 90 kB, and until it is reached nothing may grow.
 *
 * Code that only some models need is fetched when one of them is loaded: `fetched` names what the bundle's model needs.
 * The code of threads never is: a page's own thread can have none, since it may not wait for them.
 */
const BUNDLES = [
  {
    name: "inference of a saved language model of characters",
    code: inference,
    fetched: new Set(),
    most: 29_700,
  },
  {
    name: "the same of words",
    code: inference,
    fetched: new Set(["data/encoders/rule-word-vocabulary.js", "layers/embedding.js"]),
    most: 33_900,
  },
  {
    name: "loadModel, and a language model of characters that it finds",
    code: (dist) => from(dist, "tasks/index.js", "loadModel"),
    fetched: new Set(["tasks/language-model.js"]),
    most: 42_300,
  },
  {
    name: "everything",
    code: (dist, entries) => entries.map((entry) => `export * from ${JSON.stringify(join(dist, entry))};`).join("\n"),
    most: 144_100,
  },
];

/** With `codeSplitting: false` instead, rolldown wraps every module in a function of its own: 5.7 kB that no page needs. */
const ONE_CHUNK = { groups: [{ name: "all", test: /./ }] };

/** No page reads a folder of a disk: package.json's field `browser` leaves its module empty. */
const NO_PAGES = /model-directory\.js$/;

/** The bytes of a bundle's chunks: those of its entry, and of what it fetches later where that is in `fetched` (without it, all is one chunk). */
async function sizeOf(dist, entries, { code, fetched }) {
  const bundle = await rolldown({
    input: ENTRY,
    platform: "browser",
    // as for the program of a page: what later chunks share with the entry stays in it
    preserveEntrySignatures: "allow-extension",
    onwarn: () => undefined,
    plugins: [
      {
        name: ENTRY,
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
        load: (id) => (id === `\0${ENTRY}` ? code(dist, entries) : NO_PAGES.test(id) ? "" : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({
    format: "esm",
    minify: true,
    // hints for a second bundler, which a page's program never meets
    comments: false,
    codeSplitting: fetched !== undefined || ONE_CHUNK,
  });
  const chunks = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
  const nameOf = ({ facadeModuleId }) => relative(dist, facadeModuleId ?? "").replaceAll(sep, "/");
  const wanted = new Set();
  const add = (file) => {
    const chunk = chunks.get(file);
    if (chunk === undefined || wanted.has(file)) return;
    wanted.add(file);
    chunk.imports.forEach(add);
    for (const later of chunk.dynamicImports) {
      if (fetched?.has(nameOf(chunks.get(later) ?? {}))) add(later);
    }
  };
  for (const { fileName, isEntry } of chunks.values()) if (isEntry) add(fileName);
  let size = 0;
  for (const file of wanted) size += gzipSync(chunks.get(file).code, { level: 9 }).length;
  return size;
}

async function sizes(root, folder) {
  const dist = join(root, folder);
  const entries = Object.entries(exportMap(root))
    .filter(([entry, target]) => !NODE_ENTRIES.has(entry) && typeof target === "object")
    .map(([, { node }]) => relative("dist", node));
  return Promise.all(BUNDLES.map(async (bundle) => ({ ...bundle, size: await sizeOf(dist, entries, bundle) })));
}

/**
 * @param {string} root
 * @param {string} folder where the modules are: `dist/modules` in the package
 */
export async function check(root, folder = "dist") {
  return (await sizes(root, folder))
    .filter(({ size, most }) => size > most)
    .map(({ name, size, most }) => `${name}: expected at most ${most} bytes in a page, gzipped, got ${size}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, size, most } of await sizes(fileURLToPath(new URL("..", import.meta.url)), "dist")) {
    console.log(`${name}: ${size} of ${most} bytes`);
  }
}
