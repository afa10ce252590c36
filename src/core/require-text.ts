/** Checks of what is to be a text: in plain JavaScript the bytes of a file easily take its place. */
import { RecurraError, shown } from "./errors.ts";

const isBytes = (value: unknown): boolean => value instanceof Uint8Array;

/** A value that was given in place of another, for messages. */
export const shownGiven = (value: unknown): string => (isBytes(value) ? "bytes" : shown(value));

/** @throws option when a value is no text. */
export function requireText(where: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  const hint = isBytes(value) ? 'Read a file as text: readFileSync(path, "utf8").' : undefined;
  throw new RecurraError("option", { where, expected: "a text", got: shownGiven(value), hint });
}

/**
 * A text, or several, as a list.
 *
 * @throws option when one is no text.
 */
export function toTexts(where: string, given: string | readonly string[]): readonly string[] {
  const texts = Array.isArray(given) ? (given as readonly string[]) : [given as string];
  for (const [i, text] of texts.entries()) requireText(texts === given ? `${where}, text ${i + 1}` : where, text);
  return texts;
}
