import { RecurraError } from "../../core/errors.ts";

/** A run that is longer is cut, since the time of V8's segmenter grows with the square of the length. */
const LONGEST_RUN = 1000;

/** Cuts a text where every segmenter has a boundary: after line ends, and in long lines at a space between ASCII letters. */
function runsOf(text: string): string[] {
  const runs: string[] = [];
  const space = /(?<=[A-Za-z]) (?=[A-Za-z])/g;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start) + 1;
    if (end === 0) end = text.length;
    if (end - start > LONGEST_RUN) {
      space.lastIndex = LONGEST_RUN;
      const found = space.exec(text.slice(start, end));
      if (found !== null) end = start + found.index;
    }
    runs.push(text.slice(start, end));
    start = end;
  }
  return runs;
}

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
  const found: string[] = [];
  for (const run of runsOf(text)) for (const { segment } of segmenter.segment(run)) found.push(segment);
  return found;
}
