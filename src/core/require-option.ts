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

/** @throws option when a value is no integer of at least 1. */
export const requireSize = (where: string, value: number): void => requireInteger(where, value, 1);

/** @throws option when a value is no integer of at least 0. */
export const requireCount = (where: string, value: number): void => requireInteger(where, value, 0);

/** @throws option when a value is no number that is finite. */
export const requireFinite = (where: string, value: unknown): void =>
  requireOption(where, value, Number.isFinite(value), "a number");

/** @throws option when a value is no number of at least 0; Infinity is one. */
export const requireAmount = (where: string, value: unknown): void =>
  requireOption(where, value, typeof value === "number" && value >= 0, "a number of at least 0, or Infinity");

/** @throws option when a share is not from 0 to below 1. */
export const requireRate = (where: string, value: number): void =>
  requireOption(where, value, value >= 0 && value < 1, "a rate from 0 to below 1");

/** @throws option when a value is neither true nor false. */
export const requireFlag = (where: string, value: unknown): void =>
  requireOption(where, value, typeof value === "boolean", "true or false");

/** A check that a value is one of some. */
export const requireOneOf =
  (...choices: readonly unknown[]) =>
  (where: string, value: unknown): void =>
    requireOption(where, value, choices.includes(value), `one of ${choices.join(", ")}`);
