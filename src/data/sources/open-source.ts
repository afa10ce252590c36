import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { RecurraError } from "../../core/errors.ts";
import type { ByteRanges } from "../byte-ranges.ts";
import { type Source, visibleFiles } from "../source.ts";
import { StreamedText } from "../streamed-text.ts";
import { fileRanges } from "./file-ranges.ts";
import { unreadable } from "./unreadable.ts";

/** Below V8's longest string, 2^29 - 24 characters. */
const LARGEST_FILE = 2 ** 29 - 32;
/** Bytes from which on a text stays in its file: a smaller one is faster held. */
const STREAMED_FROM = 64 * 2 ** 20;

async function readOne(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) {
      throw new RecurraError("data", {
        where: path,
        expected: `a file of at most ${LARGEST_FILE} bytes`,
        got: `${size} bytes`,
        hint: "Split it into a folder of smaller files.",
      });
    }
    return await readFile(path);
  } catch (cause) {
    throw cause instanceof RecurraError ? cause : unreadable(path, cause);
  }
}

async function streamOne(
  path: string,
  watch: (file: ByteRanges) => ByteRanges = (file) => file,
): Promise<StreamedText | undefined> {
  try {
    const state = await stat(path);
    return state.size < STREAMED_FROM ? undefined : await StreamedText.open(path, watch(fileRanges(path, state)));
  } catch (cause) {
    throw cause instanceof RecurraError ? cause : unreadable(path, cause);
  }
}

/**
 * Opens a file or a folder as the data of a task. Node only.
 *
 * A name that a manifest mentions is taken relative to the folder, or to the file's own folder.
 *
 * @throws data when there is nothing of that name, or it cannot be read.
 *
 * @example
 * ```ts
 * import { readTexts } from "recurra/data";
 * import { openSource } from "recurra/node";
 * const texts = await readTexts(await openSource("chapters"));
 * ```
 */
export async function openSource(path: string): Promise<Source> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const root = isFolder ? path : dirname(path);
    const pathOf = (name: string): string => (resolve(name) === name ? name : join(root, name));
    const read = (name: string): Promise<Uint8Array> => readOne(pathOf(name));
    const stream: Source["stream"] = (name, watch) => streamOne(pathOf(name), watch);
    if (!isFolder) return { path, isFolder, files: [basename(path)], pathOf, read, stream };
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
    return { path, isFolder, files: visibleFiles(names), pathOf, read, stream };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
