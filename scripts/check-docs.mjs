/**
 * Compiles the code of README.md, docs/ and the doc comments of src/ against the built package, and runs the blocks
 * marked so:
 *
 * - a block fenced as "ts" is type-checked as a module of its own;
 * - one fenced as "ts run" also runs, and must end well within ten seconds; where a block fenced as "text output"
 *   follows, it must print just that;
 * - an HTML comment `<!-- ts: … -->` on the line above a fence holds what the reader need not see, such as
 *   `declare const text: string;`;
 * - a block in a doc comment sees what its own file exports; whatever else it uses it imports from "recurra/…". A name
 *   that is neither defined nor called there is an input of the example, and of any type: `fit(model, batches)`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "./compile.mjs";
import { filesBelow, isTest } from "./source-files.mjs";

const LONGEST_RUN_MS = 10_000;
const BUILD = "build/docs";

/**
 * @typedef {object} Block
 * @property {string} path  the file it stands in
 * @property {number} line  1-based, of its first line of code
 * @property {string} code
 * @property {string} setup  from the HTML comment above
 * @property {boolean} runs
 * @property {string | undefined} output  what it must print
 */

/**
 * Every block of TypeScript of a text. In a source file only doc comments are read, their leading asterisks removed.
 *
 * @param {string} path
 * @param {string} text
 * @returns {Block[]}
 */
export function blocksOf(path, text) {
  const isSource = path.endsWith(".ts");
  const lines = text.split("\n").map((line) => {
    if (!isSource) return line;
    return /^\s*\*/.test(line) ? line.replace(/^\s*\* ?/, "") : "";
  });
  /** @type {Block[]} */
  const blocks = [];
  let previous;
  for (let at = 0; at < lines.length; at++) {
    const info = /^\s*```(\S.*)$/.exec(lines[at])?.[1]?.trim();
    if (info === undefined) {
      if (lines[at].trim() !== "" && !lines[at].startsWith("<!--")) previous = undefined;
      continue;
    }
    const end = lines.findIndex((line, index) => index > at && /^\s*```\s*$/.test(line));
    const body = lines.slice(at + 1, end < 0 ? lines.length : end).join("\n");
    if (info === "ts" || info === "ts run") {
      const setup = /^<!-- ts: (.*) -->$/.exec(lines[at - 1] ?? "")?.[1] ?? "";
      previous = { path, line: at + 2, code: body, setup, runs: info === "ts run", output: undefined };
      blocks.push(previous);
    } else if (info === "text output" && previous?.runs) previous.output = body;
    else previous = undefined;
    at = end < 0 ? lines.length : end;
  }
  return blocks;
}

/** The file name a block is compiled under; it tells where the block stands. */
const nameOf = (block) => `${block.path.replaceAll("/", "__").replaceAll(".", "_")}_${block.line}`;

/** An import of those exports of the block's own source file that it names and does not import or declare itself. */
function ownImport({ path, code }, text) {
  const exported = [...text.matchAll(/^export (?:async )?(const|function\*?|class|interface|type) (\w+)/gm)];
  const names = exported
    .filter(([, , name]) => new RegExp(`\\b${name}\\b`).test(code))
    .filter(([, , name]) => !new RegExp(`(import[^;]*|(const|let|function|class|type) )\\b${name}\\b`).test(code))
    .map(([, kind, name]) => (kind === "interface" || kind === "type" ? `type ${name}` : name));
  if (names.length === 0) return "";
  const built = path.replace(/^src\//, "../../../dist/").replace(/\.ts$/, ".js");
  return `import { ${[...new Set(names)].join(", ")} } from "${built}"; `;
}

/** The names a block of a doc comment takes as its inputs, from what the compiler did not find. */
function inputsOf({ path, code }, messages) {
  if (!path.endsWith(".ts")) return [];
  const names = messages.map((message) => /TS(?:2304|2552|18004): .*?'([a-z]\w*)'/.exec(message)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined && !new RegExp(`\\b${name}\\s*[(<]`).test(code));
}

/** A block as a module whose line numbers are those of the file it stands in. */
function toModule(root, block, inputs = []) {
  const text = readFileSync(join(root, block.path), "utf8");
  const own = block.path.endsWith(".ts") ? ownImport(block, text) : "";
  const before = `${own}${inputs.map((name) => `declare const ${name}: any; `).join("")}${block.setup}`;
  return `${"\n".repeat(block.line - 2)}${before}\n${block.code}\nexport {};\n`;
}

/** Runs a compiled block in an empty folder; says what went wrong. */
function runFault(root, block) {
  const folder = mkdtempSync(join(tmpdir(), "recurra-docs-"));
  const run = spawnSync(process.execPath, [join(root, BUILD, "out", `${nameOf(block)}.js`)], {
    cwd: folder,
    encoding: "utf8",
    timeout: LONGEST_RUN_MS,
  });
  rmSync(folder, { recursive: true, force: true });
  if (run.status !== 0) return `does not run: ${run.signal ?? run.stderr.trim()}`;
  if (block.output !== undefined && run.stdout.trimEnd() !== block.output.trimEnd()) {
    return `prints something else than the page says:\n${run.stdout.trimEnd()}`;
  }
  return undefined;
}

/**
 * @param {string} root
 * @returns {string[]} one line a violation, `file:line what`
 */
export function check(root) {
  const pages = ["README.md", ...filesBelow(root, "docs").filter((path) => path.endsWith(".md"))];
  const sources = filesBelow(root, "src").filter((path) => path.endsWith(".ts") && !isTest(path));
  const blocks = [...pages, ...sources]
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => blocksOf(path, readFileSync(join(root, path), "utf8")));

  rmSync(join(root, BUILD), { recursive: true, force: true });
  mkdirSync(join(root, BUILD, "blocks"), { recursive: true });
  const fileOf = (block) => join(root, BUILD, "blocks", `${nameOf(block)}.ts`);
  for (const block of blocks) writeFileSync(fileOf(block), toModule(root, block));
  if (blocks.length === 0) return [];

  let messages = compile(root, `${BUILD}/blocks`, `${BUILD}/out`);
  const withInputs = blocks
    .map((block) => [
      block,
      inputsOf(
        block,
        messages.filter((message) => message.includes(`${nameOf(block)}.ts`)),
      ),
    ])
    .filter(([, inputs]) => inputs.length > 0);
  if (withInputs.length > 0) {
    for (const [block, inputs] of withInputs) writeFileSync(fileOf(block), toModule(root, block, inputs));
    messages = compile(root, `${BUILD}/blocks`, `${BUILD}/out`);
  }
  const origin = new Map(blocks.map((block) => [nameOf(block), block.path]));
  const violations = messages.map((message) => {
    const [, name, line, rest] = /([^/]+)\.ts\((\d+),\d+\): (.*)$/.exec(message) ?? [];
    return name === undefined ? message : `${origin.get(name)}:${line} ${rest}`;
  });
  for (const block of blocks.filter((each) => each.runs)) {
    const fault = runFault(root, block);
    if (fault !== undefined) violations.push(`${block.path}:${block.line} ${fault}`);
  }
  return violations;
}
