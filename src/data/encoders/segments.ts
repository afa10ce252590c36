import { RecurraError } from "../../core/errors.ts";

/**
 * Splits a text as the runtime's Intl.Segmenter does: every character of the text is in one segment, in order.
 *
 * What a segment is changes with the Unicode version of the runtime, so nothing made with it is the same everywhere.
 *
 * @throws unsupported when the runtime has no Intl.Segmenter.
 */
export function segments(text: string, granularity: "grapheme" | "word"): string[] {
  if (typeof Intl !== "object" || typeof Intl.Segmenter !== "function") {
    throw new RecurraError("unsupported", {
      where: `splitting text by ${granularity}`,
      expected: "a runtime with Intl.Segmenter",
      got: "one without",
      hint: "Use characters by code point or words by the fixed rule, or a runtime of 2024 or later.",
    });
  }
  // The locale is fixed, so that the result does not depend on the user's.
  const segmenter = new Intl.Segmenter("en", { granularity });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
