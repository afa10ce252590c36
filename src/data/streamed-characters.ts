import { countCodePoints } from "./count-code-points.ts";
import { CharVocabulary } from "./encoders/char-vocabulary.ts";
import { chooseTokens, type TokenChoice } from "./encoders/choose-tokens.ts";
import { namedCharacter } from "./encoders/named-character.ts";
import type { StreamedText } from "./streamed-text.ts";

/**
 * The vocabulary of code points of texts of which some stay in their files: what `CharVocabulary.fromText` gives if all are held.
 *
 * @param texts in reading order.
 * @throws as `CharVocabulary.fromText`.
 */
export function streamedCharacters(texts: readonly (string | StreamedText)[], choice: TokenChoice): CharVocabulary {
  const counts = new Map<string, number>();
  const add = (character: string, count: number) => counts.set(character, (counts.get(character) ?? 0) + count);
  texts.forEach((text, i) => {
    if (typeof text === "string") for (const [character, count] of countCodePoints([text])) add(character, count);
    else for (const [codePoint, count] of text.counts) add(String.fromCodePoint(codePoint), count);
    if (i + 1 < texts.length && !text.endsWith("\n")) add("\n", 1);
  });
  const specials = { where: "CharVocabulary", noun: "character", always: 0, whenCut: 1, named: namedCharacter };
  const { tokens, cut } = chooseTokens(counts, choice, specials);
  return CharVocabulary.fromJSON({ kind: "char", characters: tokens, unknown: cut });
}
