/** Holds the order of the house: a file imports only from its own folder or from folders above it in the list. */
import { importsOf, isTest, resolved, sourceFiles } from "./source-files.mjs";

/**
 * The folders of src/, top to bottom. Those of one row are siblings and do not import each other.
 * Why expression and interop stand where they do: docs/adr/0002-folder-order.md.
 */
export const LAYERS = [
  ["core"],
  ["expression"],
  ["engine"],
  ["tensor"],
  ["recurrence"],
  ["autograd"],
  ["cells"],
  ["layers"],
  ["losses", "optimizers", "metrics"],
  ["interop"],
  ["data"],
  ["training"],
  ["checkpoint"],
  ["decode"],
  ["tasks"],
  ["cli"],
];

const rankOf = (folder) => LAYERS.findIndex((row) => row.includes(folder));

/** The folder of src/ that a path lies in, or undefined for the entry files src/*.ts. */
const folderOf = (path) => /^src\/([^/]+)\//.exec(path)?.[1];

/**
 * @param {string} root
 * @returns {string[]} one line a violation, `file:line what`
 */
export function check(root) {
  const violations = [];
  for (const { path, tree } of sourceFiles(root)) {
    const own = folderOf(path);
    if (own !== undefined && rankOf(own) < 0) {
      violations.push(`${path}:1 lies in src/${own}, which has no place in the list of scripts/check-layers.mjs`);
      continue;
    }
    if (isTest(path)) continue;
    for (const { specifier, line } of importsOf(tree)) {
      if (/^recurra(\/|$)/.test(specifier)) {
        violations.push(`${path}:${line} imports ${specifier}, its own package: write the relative path`);
        continue;
      }
      if (!specifier.startsWith(".")) continue;
      const target = resolved(path, specifier);
      const other = folderOf(target);
      if (!target.startsWith("src/")) violations.push(`${path}:${line} imports ${target}, which is outside src/`);
      else if (isTest(target)) violations.push(`${path}:${line} imports ${target}, which is a test`);
      else if (own === undefined) {
        if (other === "cli")
          violations.push(`${path}:${line} imports ${target}: an entry never loads the command line`);
      } else if (other === undefined) violations.push(`${path}:${line} imports ${target}, which is an entry`);
      else if (other !== own && rankOf(other) === rankOf(own)) {
        violations.push(
          `${path}:${line} imports ${target}, which is a sibling: ${own} and ${other} stand side by side`,
        );
      } else if (rankOf(other) > rankOf(own))
        violations.push(`${path}:${line} imports ${target}, which is below ${own}`);
    }
  }
  return violations;
}
