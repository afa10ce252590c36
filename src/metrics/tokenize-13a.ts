/** Marks of ASCII that are no letter, digit, ' , - or . stand alone. */
const MARKS = /([{-~[-` -&(-+:-@/])/g;
const STOP_AFTER_NO_DIGIT = /([^0-9])([.,])/gu;
const STOP_BEFORE_NO_DIGIT = /([.,])([^0-9])/gu;
const DASH_AFTER_DIGIT = /([0-9])(-)/g;
/** What separates words in Python's str.split, which is not quite JavaScript's \s: a byte order mark does not, U+001C to U+001F and U+0085 do. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are white space here
const WHITE_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/**
 * The tokens of a text by the rules "13a" of WMT's mteval-v13a, which BLEU is computed on.
 *
 * Marks become tokens of their own, full stops and commas except between digits, a dash after a digit; the four HTML
 * entities are read first. Case is kept.
 *
 * Source: sacreBLEU 2.6.0, tokenizers/tokenizer_13a.py and tokenizer_re.py (Post 2018, arXiv 1804.08771).
 * @example
 * ```ts
 * tokenize13a("It's 1,500 km, isn't it?"); // ["It's", "1,500", "km", ",", "isn't", "it", "?"]
 * ```
 */
export function tokenize13a(text: string): string[] {
  let line = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (line.includes("&")) {
    line = line.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  }
  line = ` ${line} `
    .replace(MARKS, " $1 ")
    .replace(STOP_AFTER_NO_DIGIT, "$1 $2 ")
    .replace(STOP_BEFORE_NO_DIGIT, " $1 $2")
    .replace(DASH_AFTER_DIGIT, "$1 $2 ");
  return line.split(WHITE_SPACE).filter((token) => token !== "");
}
