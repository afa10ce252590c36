/** Texts cut into pieces that join again to the same text. */
import { splitWords } from "./word-splitting.ts";

/** What a piece is: a code point, or a word or sign with the white space before it. */
export type PieceUnit = "char" | "word";

/**
 * Cuts a text so that `joinPieces` gives it back.
 *
 * Characters are code points. Words are those of `splitWords`, each with the white space that stands before it, so that
 * "Va !" keeps its space; the first word is given a space of its own, so that "the" is one token wherever it stands.
 * White space at the ends of the text is dropped.
 *
 * @example
 * ```ts
 * splitPieces("Va, va !", "word"); // [" Va", ",", " va", " !"]
 * joinPieces([" Va", ",", " va", " !"], "word"); // "Va, va !"
 * ```
 */
export function splitPieces(text: string, unit: PieceUnit): string[] {
  if (unit === "char") return Array.from(text.trim());
  let at = 0;
  return splitWords(text).map((word, i) => {
    const start = text.indexOf(word, at);
    const space = text.slice(at, start);
    at = start + word.length;
    return `${i === 0 ? " " : space}${word}`;
  });
}

/** The text of pieces. */
export function joinPieces(pieces: readonly string[], unit: PieceUnit): string {
  const text = pieces.join("");
  return unit === "word" ? text.trim() : text;
}
