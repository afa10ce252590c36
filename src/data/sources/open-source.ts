import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { RecurraError, shown } from "../../core/errors.ts";
import { type Source, visibleFiles } from "../source.ts";

/** Below V8's longest string, 2^29 - 24 characters. */
const LARGEST_FILE = 2 ** 29 - 32;

function unreadable(path: string, cause: unknown): RecurraError {
  const code = (cause as { code?: unknown }).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  return new RecurraError("data", {
    where: path,
    expected: "a file or folder that can be read",
    got: missing ? "no such file" : code === "EACCES" ? "no permission to read it" : shown(String(code ?? cause)),
    ...(missing ? { hint: "Check the path given as data." } : {}),
    cause,
  });
}

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
    if (!isFolder) return { path, isFolder, files: [basename(path)], pathOf, read };
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
    return { path, isFolder, files: visibleFiles(names), pathOf, read };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
