const BASIC_PLANE = 0x10000;

/** How often each character stands in texts, by code point. */
export function countCodePoints(texts: readonly string[]): [string, number][] {
  const counts = new Map<number, number>();
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i)!;
      if (codePoint >= BASIC_PLANE) i += 1;
      counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
    }
  }
  return Array.from(counts, ([codePoint, count]) => [String.fromCodePoint(codePoint), count]);
}
