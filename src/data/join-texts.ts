/** The texts, with a line end where one is missing at the end of any but the last. */
export function withLineEnds(texts: readonly string[]): string[] {
  return texts.map((text, i) => (i + 1 < texts.length && !text.endsWith("\n") ? `${text}\n` : text));
}

/**
 * Joins texts to one, with a line end where one is missing between them.
 *
 * @example
 * ```ts
 * joinTexts(["one", "two\n", "three"]); // "one\ntwo\nthree"
 * ```
 */
export function joinTexts(texts: readonly string[]): string {
  return withLineEnds(texts).join("");
}
