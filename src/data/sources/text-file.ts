import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RecurraError, shown } from "../../core/errors.ts";
import { codePointOrder } from "../code-point-order.ts";
import { joinTexts } from "../join-texts.ts";

/** One text file, decoded. */
export interface TextFile {
  /** The path as it was opened. */
  readonly path: string;
  /** The text, without a byte order mark; line ends as they stand in the file. */
  readonly text: string;
}

/** Below V8's longest string, 2^29 - 24 characters. */
const LARGEST_FILE = 2 ** 29 - 32;

/** The offset of the first byte that is not part of well-formed UTF-8, or -1. Source: the Unicode Standard 15.0, table 3-7. */
function firstInvalidByte(bytes: Uint8Array): number {
  const follows = (at: number, low: number, high: number) =>
    at < bytes.length && bytes[at]! >= low && bytes[at]! <= high;
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    let length = 1;
    let low = 0x80;
    let high = 0xbf;
    if (lead >= 0x80) {
      if (lead >= 0xc2 && lead <= 0xdf) length = 2;
      else if (lead >= 0xe0 && lead <= 0xef) length = 3;
      else if (lead >= 0xf0 && lead <= 0xf4) length = 4;
      else return i;
      if (lead === 0xe0) low = 0xa0;
      if (lead === 0xed) high = 0x9f;
      if (lead === 0xf0) low = 0x90;
      if (lead === 0xf4) high = 0x8f;
      if (!follows(i + 1, low, high)) return i;
      for (let k = 2; k < length; k++) if (!follows(i + k, 0x80, 0xbf)) return i;
    }
    i += length;
  }
  return -1;
}

/**
 * Decodes the bytes of one text file: UTF-8, a byte order mark dropped.
 *
 * @param where the file's name, for messages.
 * @throws data when the bytes hold a NUL (a binary or UTF-16 file) or are not UTF-8; the message names the byte offset.
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const nul = bytes.indexOf(0);
  if (utf16 || nul >= 0) {
    throw new RecurraError("data", {
      where: `${where}, byte ${utf16 ? 0 : nul}`,
      expected: "UTF-8 text",
      got: utf16 ? "a UTF-16 byte order mark" : "a zero byte",
      hint: utf16 ? "Save the file as UTF-8." : "This looks like a binary file or UTF-16: give a UTF-8 text file.",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const at = firstInvalidByte(bytes);
    throw new RecurraError("data", {
      where: `${where}, byte ${at}`,
      expected: "UTF-8 text",
      got: `the byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, "0")}, which is not UTF-8 here`,
      hint: "Save the file as UTF-8.",
      cause,
    });
  }
}

function unreadable(path: string, cause: unknown): RecurraError {
  const code = (cause as { code?: unknown }).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  return new RecurraError("data", {
    where: path,
    expected: "a text file or a folder of text files that can be read",
    got: missing ? "no such file" : code === "EACCES" ? "no permission to read it" : shown(String(code ?? cause)),
    ...(missing ? { hint: "Check the path given as data." } : {}),
    cause,
  });
}

async function loadOne(path: string): Promise<TextFile> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) {
      throw new RecurraError("data", {
        where: path,
        expected: `a text file of at most ${LARGEST_FILE} bytes`,
        got: `${size} bytes`,
        hint: "Split it into a folder of smaller files.",
      });
    }
    bytes = await readFile(path);
  } catch (cause) {
    throw cause instanceof RecurraError ? cause : unreadable(path, cause);
  }
  return { path, text: decodeText(bytes, path) };
}

/**
 * Reads a UTF-8 text file, or the `.txt` files of a folder in code-point order of their names. Node only.
 *
 * Sub-folders, hidden files and other extensions of a folder are not read; an empty file of a folder is left out.
 *
 * @throws data when the path is missing or unreadable, a file is binary or not UTF-8 (with the byte offset), or there is no text at all.
 *
 * @example
 * ```ts
 * import { encodeTexts, WordVocabulary } from "recurra/data";
 * const texts = (await loadTextFiles("chapters")).map(({ text }) => text);
 * const ids = encodeTexts(WordVocabulary.fromText(texts), texts); // joined by <EOS>
 * ```
 */
export async function loadTextFiles(path: string): Promise<TextFile[]> {
  let isFolder: boolean;
  let names: string[] = [];
  try {
    isFolder = (await stat(path)).isDirectory();
    if (isFolder) names = await readdir(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!isFolder) {
    const file = await loadOne(path);
    if (file.text.length > 0) return [file];
    throw new RecurraError("data", { where: path, expected: "some text", got: "an empty file" });
  }
  const chosen = names.filter((name) => /\.txt$/i.test(name) && !basename(name).startsWith(".")).sort(codePointOrder);
  const files: TextFile[] = [];
  for (const name of chosen) {
    const file = await loadOne(join(path, name));
    if (file.text.length > 0) files.push(file);
  }
  if (files.length > 0) return files;
  throw new RecurraError("data", {
    where: path,
    expected: "a folder with at least one .txt file that is not empty",
    got: chosen.length > 0 ? `${chosen.length} empty .txt files` : `${names.length} other entries and no .txt file`,
  });
}

/**
 * Reads a text file or a folder of them as one running text; files are joined by a line end where one is missing. Node only.
 *
 * @throws data as `loadTextFiles`.
 *
 * @example
 * ```ts
 * const text = await loadText("chapters");
 * ```
 */
export async function loadText(path: string): Promise<string> {
  return joinTexts((await loadTextFiles(path)).map(({ text }) => text));
}
