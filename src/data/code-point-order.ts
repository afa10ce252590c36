/** A UTF-16 unit's place in the order of code points: surrogates stand above the rest of the basic plane. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * Compares two strings by code point, for `sort`; `<` would compare them by UTF-16 unit, and `localeCompare` differs between runtimes.
 *
 * @example
 * ```ts
 * ["\uff21", "\u{1f40b}", "a"].sort(codePointOrder); // "a", "\uff21", "\u{1f40b}"
 * ```
 */
export function codePointOrder(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}
