import { requireOption } from "./require-option.ts";

/** @throws option when one of the values is no list. */
export function requireLists(where: string, values: readonly unknown[]): void {
  for (const value of values) requireOption(where, value, Array.isArray(value) || ArrayBuffer.isView(value), "a list");
}
