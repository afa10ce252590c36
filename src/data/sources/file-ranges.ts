import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { RecurraError } from "../../core/errors.ts";
import type { ByteRanges } from "../byte-ranges.ts";
import { unreadable } from "./unreadable.ts";

interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * The bytes of a file on a disk. Node only.
 *
 * The file is opened for each read, so none stays open when a run ends; that it has changed meanwhile is found at the next read.
 *
 * @param state the file's size and time of change, as `stat` gave them.
 */
export function fileRanges(path: string, state: FileState): ByteRanges {
  return {
    size: state.size,
    read(offset, into) {
      const file = opened(path);
      try {
        const now = fstatSync(file);
        if (now.size !== state.size || now.mtimeMs !== state.mtimeMs) throw changed(path, state, now);
        let done = 0;
        while (done < into.length) {
          const count = readSync(file, into, done, into.length - done, offset + done);
          if (count === 0) throw changed(path, state, { ...now, size: offset + done });
          done += count;
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function changed(path: string, then: FileState, now: FileState): RecurraError {
  return new RecurraError("data", {
    where: path,
    expected: `the file as it was opened, ${then.size} bytes`,
    got: now.size === then.size ? "a file that was written since" : `${now.size} bytes`,
    hint: "A large text is read while it is trained on: leave the file alone until that is done.",
  });
}
