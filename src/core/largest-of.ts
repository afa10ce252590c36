/** The place of the largest of `count` numbers, counted from the first of them; of equal ones the first. */
export function largestOf(values: ArrayLike<number>, first: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[first + i]! > values[first + best]!) best = i;
  return best;
}
