import { WORD_CHARACTER_RUNS } from "./word-character-runs.ts";

/** What a code point is to the splitting of words. */
const OTHER = 0;
const LETTER = 1;
const MARK = 2;
const SPACE = 3;
/** An apostrophe or hyphen: part of a word between two letters, a token of its own elsewhere. */
const JOINER = 4;

const BASIC_PLANE = 0x10000;
const SPACES = [0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];
const FIRST_WIDE_SPACE = 0x2000;
const LAST_WIDE_SPACE = 0x200a;
const JOINERS = [0x27, 0x2d, 0x2010, 0x2011, 0x2019];

const basic = new Uint8Array(BASIC_PLANE);
/** First and last code point of each run of letters or marks beyond the basic plane, ascending. */
const astral: { readonly first: number; readonly last: number; readonly kind: number }[] = [];
let isFilled = false;

/** The count that a name of letters stands for: a = 1, z = 26, aa = 27, in capitals as well. */
function alphabetic(name: string): number {
  let count = 0;
  for (let i = 0; i < name.length; i++) count = 26 * count + (name.charCodeAt(i) & 31);
  return count;
}

function fill(): void {
  let first = 0;
  for (const [run, letters, marks] of WORD_CHARACTER_RUNS.matchAll(/([a-z]+)|([A-Z]+)|\d+/g)) {
    const kind = letters !== undefined ? LETTER : marks !== undefined ? MARK : OTHER;
    const next = first + (kind === OTHER ? Number(run) : alphabetic(run));
    if (first < BASIC_PLANE) basic.fill(kind, first, next);
    else if (kind !== OTHER) astral.push({ first, last: next - 1, kind });
    first = next;
  }
  for (const space of SPACES) basic[space] = SPACE;
  basic.fill(SPACE, FIRST_WIDE_SPACE, LAST_WIDE_SPACE + 1);
  for (const joiner of JOINERS) basic[joiner] = JOINER;
  isFilled = true;
}

function kindOf(codePoint: number): number {
  if (codePoint < BASIC_PLANE) return basic[codePoint]!;
  let low = 0;
  let high = astral.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (astral[middle]!.last < codePoint) low = middle + 1;
    else high = middle;
  }
  const range = astral[low];
  return range !== undefined && codePoint >= range.first ? range.kind : OTHER;
}

/**
 * Splits a text into words and signs by a fixed rule, the same on every runtime.
 *
 * A word is a run of letters, digits and marks (Unicode's L, N and M, and the zero-width joiners, by a table of this library),
 * with the apostrophes (' ’) and hyphens (- ‐ ‑) that stand between two of its letters: "don't" and "well-known" are one word each, "sailors'" is a
 * word and a sign. Each other character is a token of its own, together with the marks that follow it. White space, line ends included, separates and is dropped.
 *
 * Scripts that write no spaces between words (Chinese, Japanese, Thai) give one word a run of letters: use the splitter "intl" for them.
 *
 * @example
 * ```ts
 * splitWords("Don't panic, it's well-known."); // "Don't", "panic", ",", "it's", "well-known", "."
 * ```
 */
export function splitWords(text: string): string[] {
  if (!isFilled) fill();
  const words: string[] = [];
  const end = text.length;
  const widthAt = (at: number): number => (text.codePointAt(at)! < BASIC_PLANE ? 1 : 2);
  const kindAt = (at: number): number => (at < end ? kindOf(text.codePointAt(at)!) : SPACE);
  let at = 0;
  while (at < end) {
    const kind = kindAt(at);
    const start = at;
    at += widthAt(at);
    if (kind === SPACE) continue;
    const isWord = kind === LETTER || kind === MARK;
    for (;;) {
      const next = kindAt(at);
      if (next === MARK || (isWord && next === LETTER)) at += widthAt(at);
      else if (isWord && next === JOINER && kindAt(at + 1) === LETTER) at += 1;
      else break;
    }
    words.push(text.slice(start, at));
  }
  return words;
}
