/**
 * A word without what tells nothing of its kind: digits as 0, an address of the web as "http", the name after @ as "user".
 *
 * Numbers, addresses and mentions are new in every text; so written, a vocabulary knows them.
 *
 * Source: Collobert et al. 2011, "Natural language processing (almost) from scratch", section 6.4 (numbers).
 * @example
 * ```ts
 * ["Win95", "1984", "https://a.io/b", "@alice"].map(normalizeWord); // Win00, 0000, http, @user
 * ```
 */
export function normalizeWord(word: string): string {
  if (/:\/\/|^www\./i.test(word)) return "http";
  if (/^@./.test(word)) return "@user";
  return word.replace(/\d/g, "0");
}
