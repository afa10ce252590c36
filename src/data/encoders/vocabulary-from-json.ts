import { SavedFields } from "../../core/saved-fields.ts";
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
  const fields = new SavedFields(value, where);
  const { unit, splitter } = fields.values;
  if (fields.choice("kind", ["char", "word"]) === "char") {
    if (unit === undefined) return CodePointVocabulary.fromJSON(value, where);
    return (await import("./char-vocabulary.ts")).CharVocabulary.fromJSON(value, where);
  }
  if (splitter === "intl") return (await import("./word-vocabulary.ts")).WordVocabulary.fromJSON(value, where);
  return (await import("./rule-word-vocabulary.ts")).RuleWordVocabulary.fromJSON(value, where);
}
