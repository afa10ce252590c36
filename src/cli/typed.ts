/** A word as it is typed in a shell: in quotes where it has spaces. */
export function typed(word: string): string {
  return /\s/.test(word) ? JSON.stringify(word) : word;
}
