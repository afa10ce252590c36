import { RecurraError, shown } from "../../core/errors.ts";
import { CharVocabulary } from "./char-vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Reads a vocabulary of either kind, as its `toJSON` wrote it; the code of words is fetched for words alone.
 *
 * @param where the file's name, for messages.
 * @throws file-format when the value is no vocabulary.
 *
 * @example
 * ```ts
 * const vocabulary = await vocabularyFromJSON(JSON.parse(text), "encoder.json");
 * ```
 */
export async function vocabularyFromJSON(value: unknown, where: string): Promise<Vocabulary> {
  const kind = typeof value === "object" && value !== null ? (value as { readonly kind?: unknown }).kind : undefined;
  if (kind === "char") return CharVocabulary.fromJSON(value, where);
  if (kind === "word") return (await import("./word-vocabulary.ts")).WordVocabulary.fromJSON(value, where);
  throw new RecurraError("file-format", {
    where,
    expected: 'a vocabulary of kind "char" or "word"',
    got: typeof kind === "object" && kind !== null ? "an object" : shown(kind),
  });
}
