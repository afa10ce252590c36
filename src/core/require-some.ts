import { RecurraError } from "./errors.ts";

/** @throws data, with "none" for what was found, when there is nothing. */
export function requireSome(where: string, isSome: boolean, expected: string): void {
  if (!isSome) throw new RecurraError("data", { where, expected, got: "none" });
}
