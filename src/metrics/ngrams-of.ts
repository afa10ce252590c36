/** Between the tokens of an n-gram: no token has it. */
const SEPARATOR = "\u0001";

/** The n-grams of so many tokens that stand in a text, each as often as it does. */
export function ngramsOf(tokens: readonly string[], n: number): string[] {
  const count = Math.max(0, tokens.length - n + 1);
  return Array.from({ length: count }, (_, i) => tokens.slice(i, i + n).join(SEPARATOR));
}
