/**
 * Writes src/data/encoders/word-character-ranges.ts: which code points are letters or digits, and which are marks, in the
 * Unicode version of the Node that runs it. Run once; the table is checked in so that word splitting never changes with
 * the runtime. A new table needs a new version in every vocabulary made with it.
 */
import { writeFileSync } from "node:fs";

const LAST = 0x10ffff;
const LONGEST_LINE = 112;

/** The runs of code points that match, as "1c-9 7-p ...": from the end of the one before, and on from there, in base 36. */
function rangesOf(matches) {
  const ranges = [];
  let start = -1;
  let before = 0;
  for (let codePoint = 0; codePoint <= LAST + 1; codePoint++) {
    const inside = codePoint <= LAST && matches(codePoint);
    if (inside && start < 0) start = codePoint;
    if (!inside && start >= 0) {
      const [gap, more] = [start - before, codePoint - 1 - start].map((count) => count.toString(36));
      ranges.push(more === "0" ? gap : `${gap}-${more}`);
      before = codePoint - 1;
      start = -1;
    }
  }
  return ranges;
}

function lines(ranges) {
  const result = [""];
  for (const range of ranges) {
    if (result.at(-1).length + range.length + 1 > LONGEST_LINE) result.push("");
    result[result.length - 1] += `${result.at(-1) === "" ? "" : " "}${range}`;
  }
  return result.join("\n");
}

const matching = (pattern) => (codePoint) => pattern.test(String.fromCodePoint(codePoint));
const letters = rangesOf(matching(/[\p{L}\p{N}]/u));
// Besides the marks: soft hyphen, zero-width non-joiner and joiner, which stand within words of many scripts.
const marks = rangesOf(matching(/[\p{M}\u{ad}\u{200c}\u{200d}]/u));

writeFileSync(
  new URL("../src/data/encoders/word-character-ranges.ts", import.meta.url),
  `// Written by scripts/word-characters.mjs. Changing it changes how every text is split.

/** The Unicode version the ranges are of. */
export const WORD_TABLE_VERSION = "${process.versions.unicode}";

/**
 * Letters and digits (general categories L and N): how far each range begins behind the end of the one before, and how
 * far it reaches beyond its first code point, in base 36.
 */
export const LETTER_RANGES = \`
${lines(letters)}
\`;

/** Marks (general category M), soft hyphen and the zero-width joiners: they stay with what they follow. */
export const MARK_RANGES = \`
${lines(marks)}
\`;
`,
);
