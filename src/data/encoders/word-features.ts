import { normalizeWord } from "./normalize-word.ts";
import { wordLetters } from "./word-letters.ts";

/** Numbers that features are hashed to: 0 to this less one. */
export const WORD_FEATURE_BUCKETS: number = 2 ** 16;

/** Letters of the longest beginnings and endings, and of the pieces within a word. */
const AFFIX = 4;
const PIECES = [3, 4] as const;
/** Places of the neighbours whose words are read; of those beside the word, the outline too. */
const NEIGHBOURS = [-2, -1, 1, 2] as const;

/**
 * What a feature-based tagger sees of each word of a sentence, hashed to numbers below `WORD_FEATURE_BUCKETS`.
 *
 * The word itself, its beginnings and endings of 1 to 4 letters, its pieces of 3 and 4 letters, its outline with runs
 * kept and shortened ("McDonald": XxXxxxxx, XxXx), the two words before and behind, and the outlines of those next to it.
 * A name that no data has shown still shares most of them with names that it has.
 *
 * Source: Ratinov and Roth 2009, "Design challenges and misconceptions in named entity recognition" (the features);
 * Weinberger et al. 2009, arXiv 0902.2206 (hashing: two features may share a number, which costs little).
 * @returns for each word the numbers of its features.
 * @example
 * ```ts
 * import { wordFeatures } from "recurra/data";
 * const [ron] = wordFeatures(["Ron", "sang"]);
 * const [don] = wordFeatures(["Don", "sang"]);
 * ron!.filter((feature) => don!.includes(feature)).length; // ending, outline and neighbours
 * ```
 */
export function wordFeatures(tokens: readonly string[]): Int32Array[] {
  const written = tokens.map(normalizeWord);
  const words = written.map((word) => word.toLowerCase());
  const outlines = written.map(shortOutline);
  return words.map((word, t) => {
    const letters = wordLetters(word);
    const features = ["any", `word ${word}`, `outline ${outline(written[t]!)}`, `short ${outlines[t]}`];
    if (t === 0) features.push("first");
    for (let n = 1; n <= Math.min(AFFIX, letters.length); n++) {
      features.push(`begins ${letters.slice(0, n).join("")}`, `ends ${letters.slice(-n).join("")}`);
    }
    const marked = ["^", ...letters, "$"];
    for (const n of PIECES) {
      for (let i = 0; i + n <= marked.length; i++) features.push(`piece ${marked.slice(i, i + n).join("")}`);
    }
    for (const d of NEIGHBOURS) {
      features.push(`word ${d} ${words[t + d] ?? ""}`);
      if (Math.abs(d) === 1) features.push(`short ${d} ${outlines[t + d] ?? ""}`);
    }
    return Int32Array.from(features, bucketOf);
  });
}

/** X for a capital, x for a small letter, 0 for a digit, signs as they stand; at most 8 of them. */
function outline(word: string): string {
  const marks = Array.from(word, (c) => (c !== c.toLowerCase() ? "X" : c !== c.toUpperCase() ? "x" : c));
  return marks.slice(0, 8).join("");
}

/** The outline with each run written once. */
function shortOutline(word: string): string {
  const marks = Array.from(word, outline);
  return marks.filter((mark, i) => mark !== marks[i - 1]).join("");
}

/** FNV-1a over the UTF-16 code units, low byte first, its upper half folded into the lower. */
function bucketOf(feature: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < feature.length; i++) {
    const unit = feature.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return (h ^ (h >>> 16)) & (WORD_FEATURE_BUCKETS - 1);
}
