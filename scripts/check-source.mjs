/** The rules of the source that the linter cannot say: errors, determinism, file sizes and names. */
import ts from "typescript";
import { isTest, lineOf, sourceFiles, walk } from "./source-files.mjs";

const LONGEST_FILE = 400;

/** Where the clock, the process and chance may be used. */
const PLATFORM = [/^src\/cli\//, /^src\/core\/platform\.ts$/];
/** Where Math.exp and its like may be used: the float64 truth, which no weight, schedule or sample comes from. */
const INEXACT = [...PLATFORM, /^src\/engine\/reference\//];

/** The members of Math that every engine computes alike: exact by the language's definition, or constants. */
const EXACT_MATH = new Set(
  "abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2".split(" "),
);
/** Members of global objects that give another value at each run. */
const IMPURE = new Map([
  ["Date.now", "take the time from core/platform.ts"],
  ["performance.now", "take the time from core/platform.ts"],
  ["Math.random", "take a random generator as an argument"],
  ["crypto.getRandomValues", "take a random generator as an argument"],
  ["crypto.randomUUID", "take a random generator as an argument"],
]);

const within = (places, path) => places.some((place) => place.test(path));

/** A line that says `// exempt: why`, on itself or on the line above, is let through. */
const isExempt = (lines, line) =>
  [lines[line - 1], lines[line - 2]].some((text) => text !== undefined && /\/\/ exempt: \S.{9,}/.test(text));

const isLiteral = (node) => ts.isNumericLiteral(node) || (ts.isPrefixUnaryExpression(node) && isLiteral(node.operand));

/** Every fault of one syntax node, in words. */
function* faultsOf(node, path) {
  if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression)) {
    const thrown = node.expression.expression.getText();
    if (path !== "src/core/errors.ts" && /(Error|Exception)$/.test(thrown) && thrown !== "RecurraError") {
      yield `throws ${thrown}: throw a RecurraError, so that the message has its form`;
    }
  }
  if (ts.isCatchClause(node)) {
    if (node.block.statements.length === 0) yield "catches an error and does nothing with it";
    const rethrows = [];
    walk(node.block, (inner) => {
      if (ts.isThrowStatement(inner) && ts.isNewExpression(inner.expression)) rethrows.push(inner.expression);
    });
    if (rethrows.some((made) => !/\bcause\b/.test(made.getText()))) {
      yield "throws a new error in a catch without its cause: pass `cause`";
    }
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const object = node.expression.text;
    const member = `${object}.${node.name.text}`;
    const remedy = IMPURE.get(member);
    if (remedy !== undefined && !within(PLATFORM, path)) yield `uses ${member}: ${remedy}`;
    if (object === "Math" && remedy === undefined && !EXACT_MATH.has(node.name.text) && !within(INEXACT, path)) {
      yield `uses ${member}, which differs between engines: use the library's own`;
    }
  }
  if (
    ts.isIdentifier(node) &&
    node.text === "process" &&
    !within(PLATFORM, path) &&
    // The global itself, `process.env` or `globalThis.process`, not a method or a field of that name.
    ts.isPropertyAccessExpression(node.parent) &&
    (node.parent.expression === node || node.parent.expression.getText() === "globalThis")
  ) {
    yield "uses process: the platform is seen through core/platform.ts";
  }
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === "Date" &&
    (node.arguments ?? []).length === 0 &&
    !within(PLATFORM, path)
  ) {
    yield "uses new Date(): take the time from core/platform.ts";
  }
  if (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken ||
      node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) &&
    // Powers of two and powers of literals are exact or folded at compile time.
    !(ts.isNumericLiteral(node.left) && (node.left.text === "2" || isLiteral(node.right))) &&
    !within(INEXACT, path)
  ) {
    yield "uses **, which differs between engines: multiply, or use the library's own";
  }
}

/**
 * @param {string} root
 * @returns {string[]} one line a violation, `file:line what`
 */
export function check(root) {
  const violations = [];
  for (const { path, text, tree } of sourceFiles(root)) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (/^(utils?|helpers?|misc|common|stuff|manager|base|impl)\./.test(name)) {
      violations.push(`${path}:1 has a name that says nothing of what is inside`);
    }
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.test-d)?\.ts$/.test(name)) {
      violations.push(`${path}:1 is not named in kebab-case`);
    }
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      const mark = /\b(TODO|FIXME|XXX)\b/.exec(line)?.[1];
      if (mark !== undefined) violations.push(`${path}:${index + 1} says ${mark}: do it, or leave it out`);
    }
    if (isTest(path)) continue;
    const length = lines.length - (text.endsWith("\n") ? 1 : 0);
    if (length > LONGEST_FILE) {
      violations.push(`${path}:1 has ${length} lines, more than ${LONGEST_FILE}: two concepts, two files`);
    }
    walk(tree, (node) => {
      for (const fault of faultsOf(node, path)) {
        const line = lineOf(tree, node);
        if (!isExempt(lines, line)) violations.push(`${path}:${line} ${fault}`);
      }
    });
  }
  return violations;
}
