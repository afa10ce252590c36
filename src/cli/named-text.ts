import { RecurraError } from "../core/errors.ts";

/**
 * Calls what reads a text, and names where the text came from in the message of a fault in it.
 *
 * @param name the file or the flag that gave the text: "book.txt", "--prompt".
 */
export async function namedText<Result>(name: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RecurraError) || !cause.parts.where.startsWith("text, ")) throw cause;
    const where = `${name}, ${cause.parts.where.slice("text, ".length)}`;
    throw new RecurraError(cause.code, { ...cause.parts, where, cause });
  }
}
