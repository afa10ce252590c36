import { RecurraError, withPlace } from "../core/errors.ts";
import type { Vocabulary } from "./encoders/vocabulary.ts";

/** The sequences of a text of lines. */
export interface EncodedLines {
  /** One a line, in reading order, each ended by <EOS>: `[Tx]` of at least 2 ids. */
  readonly sequences: readonly Int32Array[];
  /** Lines that were skipped because they hold no token or nothing but white space. */
  readonly emptyLines: number;
}

function* numberedLines(
  text: string | readonly string[],
): Generator<{ readonly line: string; readonly number: number }> {
  for (const one of typeof text === "string" ? [text] : text) {
    const lines = one.split(/\r\n|\n|\r/);
    if (lines.at(-1) === "") lines.pop();
    for (let i = 0; i < lines.length; i++) yield { line: lines[i]!, number: i + 1 };
  }
}

/**
 * The lines of a text that are not empty, for building the vocabulary of lines: one built from the text itself would hold the line end, which no line has.
 *
 * @example
 * ```ts
 * import { CharVocabulary } from "recurra/data";
 * CharVocabulary.fromText(linesOf("anna\nbob\n"), { end: true }).tokens; // "<EOS>", "a", "b", "n", "o"
 * ```
 */
export function linesOf(text: string | readonly string[]): string[] {
  return Array.from(numberedLines(text), ({ line }) => line).filter((line) => line.trim() !== "");
}

/**
 * Takes each line of a text as a sequence of its own, ended by <EOS>.
 *
 * Lines end at \n, \r\n or \r; the end of a text ends its last line. Empty lines are skipped and counted. A line is encoded as it stands: a character vocabulary keeps its spaces.
 *
 * @param text a text, or several, whose lines follow one another.
 * @throws option when the vocabulary has no <EOS>; data when no line is left, or a token is unknown and there is no <UNK>: the message names the line.
 *
 * @example
 * ```ts
 * import { CharVocabulary } from "recurra/data";
 * const letters = CharVocabulary.fromText(linesOf("anna\nbob\n"), { end: true });
 * const { sequences } = encodeLines("anna\nbob\n", letters); // "anna<EOS>", "bob<EOS>"
 * ```
 */
export function encodeLines(text: string | readonly string[], vocabulary: Vocabulary): EncodedLines {
  const { endId } = vocabulary;
  if (endId < 0) {
    throw new RecurraError("option", {
      where: "encodeLines",
      expected: "a vocabulary with <EOS>",
      got: "one without",
      hint: "Build it with the option end.",
    });
  }
  const sequences: Int32Array[] = [];
  let emptyLines = 0;
  for (const { line, number } of numberedLines(text)) {
    const ids = line.trim() === "" ? undefined : encodeLine(vocabulary, line, number);
    if (ids === undefined || ids.length === 0) {
      emptyLines += 1;
      continue;
    }
    const sequence = new Int32Array(ids.length + 1);
    sequence.set(ids);
    sequence[ids.length] = endId;
    sequences.push(sequence);
  }
  if (sequences.length > 0) return { sequences, emptyLines };
  throw new RecurraError("data", {
    where: "encodeLines",
    expected: "at least one line that is not empty",
    got: `${emptyLines} empty lines`,
  });
}

/** The ids of a line; an error names its number, since the vocabulary sees the line alone. */
function encodeLine(vocabulary: Vocabulary, line: string, lineNumber: number): Int32Array {
  try {
    return vocabulary.encode(line);
  } catch (cause) {
    throw withPlace(cause, (where) => where.replace(/\(line 1, /, `(line ${lineNumber}, `));
  }
}
