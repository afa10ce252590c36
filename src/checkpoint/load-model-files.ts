import { RecurraError } from "../core/errors.ts";
import { pageAddress } from "../core/platform.ts";
import { requireOption } from "../core/require-option.ts";
import type { ModelFiles } from "./model-files.ts";
import { missingPart, readModelParts } from "./model-format.ts";

/** A file that a person chose or dropped in a page, as the browser's `File`. */
export interface ChosenFile {
  readonly name: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Where a saved model lies:
 *
 * - a string: in Node a folder of the disk, in a page or worker an address relative to it; anywhere an `http:` or `https:` address;
 * - a URL: of the folder, `file:` too in Node;
 * - the files themselves: those of `<input type="file" multiple>` or of a drop, or bytes by name.
 */
export type ModelSource = string | URL | Iterable<ChosenFile> | ReadonlyMap<string, Uint8Array>;

async function fetchPart(address: string, name: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new RecurraError("data", { where: address, expected: "an answer", got: (cause as Error).message, cause });
  }
  if (response.status === 404) throw missingPart(address, name);
  if (!response.ok) {
    const got = `status ${response.status} ${response.statusText}`.trimEnd();
    throw new RecurraError("data", { where: address, expected: "a file that can be read", got });
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The address of a file in a folder; whether the folder's ends in a slash does not matter, and a query stays. */
function addressIn(folder: URL, name: string): string {
  const address = new URL(folder);
  address.pathname = `${address.pathname.replace(/\/$/, "")}/${name}`;
  return address.href;
}

function toUrl(source: string | URL, page: string | undefined): URL {
  try {
    return new URL(source, page);
  } catch (cause) {
    throw new RecurraError("data", {
      where: String(source),
      expected: "a whole address, such as https://example.org/models/book",
      got: page === undefined ? "another text" : `one relative to ${page}`,
      cause,
    });
  }
}

function loadFrom(folder: URL): Promise<ModelFiles> {
  const placeOf = (name: string): string => addressIn(folder, name);
  return readModelParts((name) => fetchPart(placeOf(name), name), placeOf);
}

async function loadFromDisk(directory: string | URL): Promise<ModelFiles> {
  const { readModelDirectory } = await import("./model-directory.ts");
  return await readModelDirectory(directory);
}

function loadChosen(files: Iterable<ChosenFile> | ReadonlyMap<string, Uint8Array>): Promise<ModelFiles> {
  requireOption("loadModelFiles", files, Symbol.iterator in Object(files), "a folder, an address or files");
  const byName = new Map<string, Uint8Array | ChosenFile>(
    files instanceof Map ? files : Array.from(files as Iterable<ChosenFile>, (file) => [file.name, file]),
  );
  const read = async (name: string): Promise<Uint8Array> => {
    const file = byName.get(name);
    if (file === undefined) throw missingPart(name, name);
    return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
  };
  return readModelParts(read, (name) => name);
}

/**
 * Reads a saved model's files, in Node and in browsers: from a folder of the disk, from an address, or from files that a person chose.
 *
 * @returns what `saveModel` was given; `config.task` is a string.
 * @throws option when the source is none; data when the folder or address cannot be read; file-format when a file is missing, malformed or of another format version. The message names the file.
 *
 * @example
 * ```ts
 * import { LanguageModel } from "recurra/tasks";
 * const model = await LanguageModel.fromFiles(await loadModelFiles("models/book"), "models/book");
 * ```
 */
export async function loadModelFiles(source: ModelSource): Promise<ModelFiles> {
  if (typeof source !== "string" && !(source instanceof URL)) return await loadChosen(source);
  const page = pageAddress();
  const isAddress = page !== undefined || /^https?:/i.test(String(source));
  if (!isAddress && typeof source === "string") return await loadFromDisk(source);
  const folder = toUrl(source, page);
  return folder.protocol === "file:" && page === undefined ? await loadFromDisk(folder) : await loadFrom(folder);
}
