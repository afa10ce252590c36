/**
 * The fewest insertions, deletions and substitutions that turn one sequence into another, each counting 1.
 *
 *     d(i, 0) = i     d(0, j) = j
 *     d(i, j) = min(d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [aᵢ ≠ bⱼ])
 *
 * One row of d is kept, so memory grows with the second sequence alone.
 *
 * @param a any sequence of values that `===` compares: characters, words, ids.
 * @param b the other one.
 * @returns an integer from 0 to the longer length.
 * Source: Levenshtein 1966; Wagner and Fischer 1974, "The string-to-string correction problem".
 * @example
 * ```ts
 * editDistance([..."kitten"], [..."sitting"]); // 3
 * ```
 */
export function editDistance<Value>(a: ArrayLike<Value>, b: ArrayLike<Value>): number {
  const distances = new Int32Array(b.length + 1); // d(i, ·)
  for (let j = 0; j <= b.length; j++) distances[j] = j;
  for (let i = 1; i <= a.length; i++) {
    let diagonal = distances[0]!; // d(i-1, j-1)
    distances[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = distances[j]!;
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      distances[j] = Math.min(above + 1, distances[j - 1]! + 1, replaced);
      diagonal = above;
    }
  }
  return distances[b.length]!;
}
