import { RecurraError, shown } from "../../core/errors.ts";
import { CodePointVocabulary } from "./code-point-vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Reads a vocabulary of either kind, as its `toJSON` wrote it; the code of words, and of what Intl.Segmenter splits, is fetched for them alone.
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
  const { kind, unit, splitter } = (typeof value === "object" && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  if (kind === "char") {
    if (unit === undefined) return CodePointVocabulary.fromJSON(value, where);
    return (await import("./char-vocabulary.ts")).CharVocabulary.fromJSON(value, where);
  }
  if (kind === "word") {
    if (splitter === "intl") return (await import("./word-vocabulary.ts")).WordVocabulary.fromJSON(value, where);
    return (await import("./rule-word-vocabulary.ts")).RuleWordVocabulary.fromJSON(value, where);
  }
  throw new RecurraError("file-format", {
    where,
    expected: 'a vocabulary of kind "char" or "word"',
    got: typeof kind === "object" && kind !== null ? "an object" : shown(kind),
  });
}
