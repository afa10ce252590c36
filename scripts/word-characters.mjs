/**
 * Writes src/data/encoders/word-character-runs.ts: which code points are letters or digits, and which are marks, in the
 * Unicode version of the Node that runs it. Run once; the table is checked in so that word splitting never changes with
 * the runtime. A new table needs a new version in every vocabulary made with it.
 */
import { writeFileSync } from "node:fs";

const LAST = 0x10ffff;
const LONGEST_LINE = 118;

/** A count as the columns of a sheet are named: a = 1, z = 26, aa = 27. */
function alphabetic(count) {
  let name = "";
  for (let rest = count; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(97 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** How the length of a run is written: that says what its code points are, so that nothing need stand between runs. */
const WRITINGS = [
  // Besides the marks: soft hyphen, zero-width non-joiner and joiner, which stand within words of many scripts.
  { pattern: /[\p{M}\u{ad}\u{200c}\u{200d}]/u, write: (count) => alphabetic(count).toUpperCase() },
  { pattern: /[\p{L}\p{N}]/u, write: alphabetic },
  { pattern: /^/, write: String },
];

/** The runs of code points of one kind, one behind the other; what is behind the last letter or mark is left out. */
function writtenRuns() {
  const runs = [];
  let length = 0;
  let write = String;
  for (let codePoint = 0; codePoint <= LAST; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    const own = WRITINGS.find(({ pattern }) => pattern.test(character)).write;
    if (own !== write) {
      runs.push(write(length));
      [length, write] = [0, own];
    }
    length += 1;
  }
  return runs;
}

function lines(runs) {
  const result = [""];
  for (const run of runs) {
    if (result.at(-1).length + run.length > LONGEST_LINE) result.push("");
    result[result.length - 1] += run;
  }
  return result.join("\n");
}

writeFileSync(
  new URL("../src/data/encoders/word-character-runs.ts", import.meta.url),
  `// Written by scripts/word-characters.mjs. Changing it changes how every text is split.

/** The Unicode version the runs are of. */
export const WORD_TABLE_VERSION = "${process.versions.unicode}";

/**
 * Which code points from 0 on are letters, marks and others: the lengths of the runs of one kind, one behind the other.
 * Letters and digits (general categories L and N) are counted in small letters (a = 1, z = 26, aa = 27); marks (M), soft
 * hyphen and the zero-width joiners, which stay with what they follow, in capitals; all others in decimal digits.
 */
export const WORD_CHARACTER_RUNS = \`
${lines(writtenRuns())}
\`;
`,
);
