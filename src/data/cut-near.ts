/** Characters after the exact place in which a better one to cut is looked for. */
export const SEARCHED = 1000;

/** A place to cut at or soon after `at`: behind a line end, else behind white space, else where no character is torn. */
export function cutNear(text: string, at: number): number {
  const near = text.slice(at, at + SEARCHED);
  for (const gap of [/\n/, /\s/]) {
    const found = near.search(gap);
    if (found >= 0 && at + found + 1 < text.length) return at + found + 1;
  }
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at + 1 : at;
}
