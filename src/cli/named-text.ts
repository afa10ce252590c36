import { RecurraError, withPlace } from "../core/errors.ts";

/** What the library calls a text, a beginning or an input that it was given; or the function that found too little data. */
const UNNAMED =
  /^(text|beginning|predict|score|evaluate|RunningText|seasonalError|split[A-Z]\w*|train[A-Z]\w*)(?=$|, (?!option ))/;

/**
 * Calls what reads a text or other data, and names where that came from in the message of a fault in it.
 *
 * @param name the file or the flag that gave it: "book.txt", "--prompt".
 */
export async function namedText<Result>(name: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RecurraError) || cause.code !== "data" || !UNNAMED.test(cause.parts.where)) throw cause;
    throw withPlace(cause, (where) => where.replace(UNNAMED, () => name));
  }
}
