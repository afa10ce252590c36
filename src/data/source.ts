/** Where a task's data comes from: a file or a folder, on a disk, in a page, or in memory. */
import { RecurraError } from "../core/errors.ts";
import { shownGiven } from "../core/require-text.ts";
import type { ByteRanges } from "./byte-ranges.ts";
import { codePointOrder } from "./code-point-order.ts";
import type { StreamedText } from "./streamed-text.ts";

/**
 * One file, or a folder of them; what reads data sees no more of the world than this.
 *
 * `openSource` of `recurra/node` opens a path, `sourceOfFiles` takes bytes at hand, as a page has them.
 */
export interface Source {
  /** As it was given. */
  readonly path: string;
  readonly isFolder: boolean;
  /**
   * The file's own name, or those of all files of the folder and of its sub-folders, in code-point order, with `/`
   * between folders; hidden ones are left out.
   */
  readonly files: readonly string[];
  /** How messages call a file. */
  pathOf(name: string): string;
  /**
   * The bytes of a file.
   *
   * @param name one of `files`, or a name beside them that a manifest mentions.
   * @throws data when it cannot be read.
   */
  read(name: string): Promise<Uint8Array>;
  /**
   * Opens a text that is too large to be held; absent where files can only be read whole, as in a page.
   *
   * @param name as for `read`.
   * @param watch may put itself between the file and what reads it.
   * @returns undefined for a file that is held with ease.
   * @throws data when the file cannot be read or is not UTF-8 text.
   */
  stream?(name: string, watch?: (file: ByteRanges) => ByteRanges): Promise<StreamedText | undefined>;
}

/** @throws option for a path, bytes or a promise in place of a source. */
export function requireSource(source: Source | undefined): void {
  if (Array.isArray(source?.files)) return;
  const expected = "what await openSource(path) of recurra/node, or sourceOfFiles(path, files), gives";
  throw new RecurraError("option", { where: "source", expected, got: shownGiven(source) });
}

/** The names of files that belong to a folder's data, in code-point order: no hidden ones, in no hidden folder. */
export function visibleFiles(names: Iterable<string>): string[] {
  return Array.from(names)
    .filter((name) => !name.split("/").some((part) => part.startsWith(".")))
    .sort(codePointOrder);
}
