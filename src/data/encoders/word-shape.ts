/** What can be seen of a word without knowing it: capitals, digits, signs, length, ending. */

/** Each column of `wordShape` and when it is 1. */
export const WORD_SHAPE_FEATURES = [
  "lower", //       all its letters are small
  "capital", //     begins with a capital, the rest small
  "allCapitals", // two capitals or more and no small letter
  "oneCapital", //  a capital alone, as in "I"
  "mixed", //       a capital behind a small letter, as in "iPhone"
  "digit", //       has a digit
  "allDigits", //   digits alone, with the signs of numbers between
  "hyphen",
  "apostrophe",
  "noLetter", //    neither letter nor digit: punctuation, emoji
  "mention", //     begins with @
  "hashtag", //     begins with #
  "address", //     an address of the web
  "foreign", //     a character beyond ASCII
  "short", //       1 to 3 characters
  "long", //        8 characters or more
] as const;

export type WordShapeFeature = (typeof WORD_SHAPE_FEATURES)[number];

/**
 * The shape of a word, a 0 or 1 for each of `WORD_SHAPE_FEATURES`.
 *
 * Letters are what has a small and a capital form; those younger than a runtime's Unicode version count as signs there.
 *
 * @returns [16].
 * @example
 * ```ts
 * import { WORD_SHAPE_FEATURES, wordShape } from "recurra/data";
 * const of = (word: string) => WORD_SHAPE_FEATURES.filter((_, i) => wordShape(word)[i] === 1);
 * of("iPhone6"); // mixed, digit
 * ```
 */
export function wordShape(word: string): Uint8Array {
  const characters = Array.from(word);
  const isLetter = (c: string): boolean => c.toLowerCase() !== c.toUpperCase();
  const letters = characters.filter(isLetter);
  const capitals = letters.map((c) => c !== c.toLowerCase());
  const capitalCount = capitals.filter((is) => is).length;
  const hasDigit = /\d/.test(word);
  const seen: Record<WordShapeFeature, boolean> = {
    lower: letters.length > 0 && capitalCount === 0,
    capital: capitals[0] === true && capitalCount === 1 && letters.length > 1,
    allCapitals: capitalCount > 1 && capitalCount === letters.length,
    oneCapital: capitalCount === 1 && letters.length === 1,
    mixed: capitalCount > 0 && capitalCount < letters.length && capitals.lastIndexOf(true) > 0,
    digit: hasDigit,
    allDigits: hasDigit && /^[\d.,:/+-]+$/.test(word),
    hyphen: word.includes("-"),
    apostrophe: /['’]/.test(word),
    noLetter: letters.length === 0 && !hasDigit,
    mention: word.startsWith("@") && word.length > 1,
    hashtag: word.startsWith("#") && word.length > 1,
    address: /:\/\/|^www\./.test(word),
    foreign: characters.some((c) => c.codePointAt(0)! > 0x7f),
    short: characters.length <= 3,
    long: characters.length >= 8,
  };
  return Uint8Array.from(WORD_SHAPE_FEATURES, (name) => (seen[name] ? 1 : 0));
}

/** The last three letters of a word, written small: what often tells its kind. */
export function wordSuffix(word: string): string {
  return Array.from(word.toLowerCase()).slice(-3).join("");
}
