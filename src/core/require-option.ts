/** Checks of what a caller may choose. */
import { RecurraError, shown } from "./errors.ts";
import { isInteger } from "./is-integer.ts";

/** @throws option when a value is not as expected. */
export function requireOption(where: string, value: unknown, isRight: boolean, expected: string): void {
  if (!isRight) throw new RecurraError("option", { where, expected, got: shown(value) });
}

/** @throws option when a value is no integer in the range. */
export function requireInteger(
  where: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  requireOption(where, value, isInteger(value, least, most), `an integer ${range}`);
}
