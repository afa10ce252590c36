/** How often each item is there, in the order of their first appearance. */
export function countsOf<Item>(items: Iterable<Item>): Map<Item, number> {
  const counts = new Map<Item, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** The item that is there most often, of equals the first; undefined where there is none. */
export function commonestOf<Item>(items: Iterable<Item>): Item | undefined {
  let [commonest, most]: [Item | undefined, number] = [undefined, 0];
  for (const [item, count] of countsOf(items)) if (count > most) [commonest, most] = [item, count];
  return commonest;
}
