import { RecurraError } from "./errors.ts";

/**
 * Numbers that a saved state holds under a name.
 *
 * @param where the state and the name, for messages.
 * @throws file-format when there are none, or not as many as expected.
 */
export function requireNumbers(where: string, found: Float32Array | undefined, count: number): Float32Array {
  if (found?.length === count) return found;
  const got = found === undefined ? "none" : String(found.length);
  throw new RecurraError("file-format", { where, expected: `${count} numbers`, got });
}
