import { formatScaled } from "./number-format.ts";
import { CLEAR_LINE } from "./progress.ts";
import type { ReadingListener } from "./read-data.ts";
import type { Shell } from "./shell.ts";

const LIVE_MS = 100;
const PLAIN_MS = 5000;

/**
 * Shows how far a file that is too large to be held has been read: one live line on a terminal, elsewhere a plain line every few seconds.
 *
 * @param quiet shows nothing.
 */
export function readingProgress({ stderr, now }: Shell, quiet = false): ReadingListener {
  const live = stderr.isTTY === true;
  let shown = 0;
  let begun: string | undefined;
  return (path, bytes, size) => {
    if (quiet) return;
    if (begun !== path) {
      stderr.write(
        `${path}, ${formatScaled(size)}B, stays in its file: it is read through once, for words twice, then where it is needed.\n`,
      );
      begun = path;
      shown = now();
    }
    const isDone = bytes === size;
    if (isDone && live) stderr.write(CLEAR_LINE);
    if (isDone || now() - shown < (live ? LIVE_MS : PLAIN_MS)) return;
    shown = now();
    const line = `${path}: ${Math.floor((100 * bytes) / size)} % read`;
    stderr.write(live ? `${CLEAR_LINE}${line}` : `${line}\n`);
  };
}
