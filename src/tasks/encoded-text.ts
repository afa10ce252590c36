/** Text as a language model reads it: ids of running text, or of lines. */
import { encodeTexts } from "../data/encode-texts.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { HeldIds } from "../data/held-ids.ts";
import { encodeLines } from "../data/lines.ts";
import type { StreamedText } from "../data/streamed-text.ts";
import type { TokenIds } from "../data/token-ids.ts";

/** Texts in reading order: the files of a folder, a single one, or one so large that it stays in its file. */
export type Texts = string | readonly string[] | StreamedText;

/** A text's ids: one running text, or sequences ended by <EOS>. */
export type EncodedText =
  | { readonly kind: "running"; readonly ids: TokenIds }
  | { readonly kind: "lines"; readonly sequences: readonly Int32Array[] };

export function isStreamed(texts: Texts): texts is StreamedText {
  return "counts" in Object(texts);
}

/** Texts that are held, one that stays in its file read whole. */
export function textsOf(texts: Texts): readonly string[] {
  if (typeof texts === "string") return [texts];
  return isStreamed(texts) ? [texts.held()] : texts;
}

/** @throws data when a token is unknown and there is no <UNK>, or no line is left. */
export function encodeText(texts: Texts, vocabulary: Vocabulary, lines: boolean): EncodedText {
  if (lines) return { kind: "lines", sequences: encodeLines(textsOf(texts), vocabulary).sequences };
  // graphemes, and words not found by today's rule, have a note
  if (isStreamed(texts) && vocabulary.note === undefined) return { kind: "running", ids: texts.encode(vocabulary) };
  return { kind: "running", ids: new HeldIds(encodeTexts(vocabulary, textsOf(texts))) };
}
