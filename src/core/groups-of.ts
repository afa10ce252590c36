import { getOrMake } from "./get-or-make.ts";

/** Items by their keys, keys in the order of their first appearance. */
export function groupsOf<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    getOrMake(groups, keyOf(item), (): Item[] => []).push(item);
  }
  return groups;
}
