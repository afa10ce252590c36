import type { Vocabulary } from "./encoders/vocabulary.ts";
import { withLineEnds } from "./join-texts.ts";
import { joinedIds } from "./joined-ids.ts";

/**
 * The ids of several texts as one running text: <EOS> stands between them or, where the vocabulary has none, a line end where one is missing.
 *
 * @param texts for example those of `readTexts`, in reading order.
 * @throws data when a token is unknown and there is no <UNK>.
 *
 * @example
 * ```ts
 * import { WordVocabulary } from "recurra/data";
 * const words = WordVocabulary.fromText(["so it goes", "call me"]);
 * encodeTexts(words, ["so", "me"]); // the ids of "so", <EOS>, "me"
 * ```
 */
export function encodeTexts(vocabulary: Vocabulary, texts: readonly string[]): Int32Array {
  const { endId } = vocabulary;
  if (endId < 0) return joinedIds(withLineEnds(texts).map((text) => vocabulary.encode(text)));
  const end = Int32Array.of(endId);
  return joinedIds(texts.flatMap((text, i) => (i === 0 ? [vocabulary.encode(text)] : [end, vocabulary.encode(text)])));
}
