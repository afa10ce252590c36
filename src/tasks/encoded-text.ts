/** Text as a language model reads it: ids as running text or as lines. */
import { encodeTexts } from "../data/encode-texts.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { encodeLines } from "../data/lines.ts";

/** Texts in reading order: the files of a folder, or a single one. */
export type Texts = string | readonly string[];

/** A text's ids: one running text, or sequences ended by <EOS>. */
export type EncodedText =
  | { readonly kind: "running"; readonly ids: Int32Array }
  | { readonly kind: "lines"; readonly sequences: readonly Int32Array[] };

export function textsOf(texts: Texts): readonly string[] {
  return typeof texts === "string" ? [texts] : texts;
}

/** @throws data when a token is unknown and there is no <UNK>, or no line is left. */
export function encodeText(texts: Texts, vocabulary: Vocabulary, lines: boolean): EncodedText {
  if (lines) return { kind: "lines", sequences: encodeLines(texts, vocabulary).sequences };
  return { kind: "running", ids: encodeTexts(vocabulary, textsOf(texts)) };
}
