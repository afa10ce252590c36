/** What the source checks share: the files of src/ as syntax trees, with their imports and line numbers. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

/**
 * @typedef {object} SourceFile
 * @property {string} path  relative to the root, with "/" on every system: "src/core/errors.ts"
 * @property {string} text
 * @property {import("typescript").SourceFile} tree
 */

/**
 * @typedef {object} Import
 * @property {string} specifier  as written: "./errors.ts", "node:fs", "commander"
 * @property {number} line
 * @property {boolean} typeOnly  erased at compile time
 * @property {boolean} dynamic  `import("…")`, loaded only when that line runs
 */

/** Every file below `folder`, as paths relative to `root`, sorted. */
export function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** True for files that only tests load. */
export const isTest = (path) => /\.test(-d)?\.ts$/.test(path);

/**
 * The TypeScript files below src/.
 *
 * @param {string} root
 * @returns {SourceFile[]}
 */
export function sourceFiles(root) {
  return filesBelow(root, "src")
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
    });
}

/** The 1-based line on which a node begins. */
export const lineOf = (tree, node) => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;

/** Calls `visit` for a node and all below it. */
export function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/**
 * Every import of a file: static, re-exports, `import("…")` as a call and as a type.
 *
 * @param {import("typescript").SourceFile} tree
 * @returns {Import[]}
 */
export function importsOf(tree) {
  /** @type {Import[]} */
  const imports = [];
  walk(tree, (node) => {
    const add = (specifier, typeOnly, dynamic) => {
      if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
        imports.push({ specifier: specifier.text, line: lineOf(tree, node), typeOnly, dynamic });
      }
    };
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true, false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    }
  });
  return imports;
}

/** The path a relative specifier of `from` points to: ("src/cells/lstm.ts", "../core/rng.ts") gives "src/core/rng.ts". */
export function resolved(from, specifier) {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
