import { requireOption } from "./require-option.ts";

/** @throws option when one of the values is no list. */
export function requireLists(where: string, values: readonly unknown[]): void {
  // not Array.isArray: numbers may be of any ArrayLike
  for (const value of values as readonly ArrayLike<unknown>[]) {
    requireOption(where, value, typeof value === "object" && value?.length >= 0, "a list");
  }
}
