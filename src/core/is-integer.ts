/** Whether a value is an integer, held exactly, from `least` to `most`. */
export function isInteger(value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}
