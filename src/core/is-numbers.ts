/** Whether a value is a list of finite numbers. @param count how many there must be; without it, any number of them. */
export function isNumbers(value: unknown, count?: unknown): value is readonly number[] {
  return Array.isArray(value) && (count === undefined || value.length === count) && value.every(Number.isFinite);
}
