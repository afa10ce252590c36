/** How many letters of a word another one has not, capital or not. */
function lacking(word: string, other: string): number {
  let rest = word.toLowerCase();
  for (const letter of other.toLowerCase()) rest = rest.replace(letter, "");
  return rest.length;
}

/**
 * The known name that a mistyped one most likely stands for, or undefined where none is near: at most a third of its letters differ, whatever their order, or the one begins with the other.
 *
 * @example
 * ```ts
 * nearestName("hiden", ["hidden", "layers"]); // "hidden"
 * ```
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  const differing = (name: string): number => Math.max(lacking(word, name), lacking(name, word));
  const [nearest] = known
    .filter((name) => differing(name) <= Math.max(1, name.length / 3))
    .sort((a, b) => differing(a) - differing(b));
  if (nearest !== undefined || word.length < 2) return nearest;
  return known.find((name) => name.startsWith(word) || word.startsWith(name));
}

/** The hint that asks whether the nearest known name was meant, or undefined where none is near. */
export function nearestHint(given: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(given, known);
  return nearest && `Did you mean ${nearest}?`;
}
