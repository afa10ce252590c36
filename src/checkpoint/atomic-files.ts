import { mkdir, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** What the name of a folder of files being written begins with; one that is left over came from a killed process. */
export const SAVING_PREFIX = ".saving-";

/** Writes a file and returns when its bytes are on the disk. */
async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts the names of a folder on the disk; some systems open no folder, and keep names safe in another way. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code !== "EISDIR" && code !== "EPERM" && code !== "EACCES" && code !== "EINVAL") throw error;
  }
}

/**
 * Puts several files into a folder, none half-written: all are written and on the disk before the first is renamed into place, in the order given.
 *
 * A process killed while it writes leaves the files that were there untouched, and a folder `.saving-…` beside them, which the next call removes.
 *
 * @param directory made when missing, with the folders above it.
 */
export async function writeFilesAtomically(
  directory: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true });
  const saving = await mkdtemp(join(directory, SAVING_PREFIX));
  try {
    for (const [name, bytes] of files) await writeSynced(join(saving, name), bytes);
    for (const [name] of files) await rename(join(saving, name), join(directory, name));
  } finally {
    const left = (await readdir(directory)).filter((name) => name.startsWith(SAVING_PREFIX));
    for (const name of left) await rm(join(directory, name), { recursive: true, force: true });
  }
  await syncFolder(directory);
  if (firstMade !== undefined) await syncFolder(dirname(resolve(firstMade)));
}
