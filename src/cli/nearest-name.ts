/** How many letters must be changed, added, dropped or swapped with a neighbour to turn one word into the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/**
 * The known name that a mistyped one most likely stands for, or undefined where none is near: at most a third of its letters differ, or the one begins with the other.
 *
 * Source: Damerau 1964, with the restriction that no letter is edited twice.
 *
 * @example
 * ```ts
 * nearestName("hiden", ["hidden", "layers"]); // "hidden"
 * ```
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  const word = given.toLowerCase();
  for (const name of known) {
    const far = distance(word, name.toLowerCase());
    if (far < least) {
      least = far;
      nearest = name;
    }
  }
  if (nearest === undefined) return undefined;
  if (least <= Math.max(1, Math.floor(Math.max(word.length, nearest.length) / 3))) return nearest;
  return word.length < 2 ? undefined : known.find((name) => name.startsWith(word) || word.startsWith(name));
}
