import { RecurraError } from "../core/errors.ts";
import { shownGiven } from "../core/require-text.ts";

/**
 * Checks what a task is trained on: in plain JavaScript the text or the bytes of a file easily take its place.
 *
 * @throws option when it is no list.
 */
export function requireList(where: string, given: unknown): void {
  const odd = Array.isArray(given) ? given.findIndex((example) => Object(example) !== example) : -1;
  if (Array.isArray(given) && odd < 0) return;
  const hint = "The readers of recurra/data give one.";
  throw new RecurraError("option", {
    where,
    expected: "a list of examples",
    got: odd < 0 ? shownGiven(given) : `${shownGiven((given as readonly unknown[])[odd])} as number ${odd + 1}`,
    hint,
  });
}
