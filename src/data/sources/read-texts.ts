import { RecurraError } from "../../core/errors.ts";
import { requireSource, type Source } from "../source.ts";
import { readText } from "./read-records.ts";

/** One text file, decoded. */
export interface TextFile {
  /** How messages call the file. */
  readonly path: string;
  /** The text, without a byte order mark; line ends as they stand in the file. */
  readonly text: string;
}

/**
 * Reads a UTF-8 text file, or the `.txt` files of a folder in code-point order of their names.
 *
 * Sub-folders and other extensions of a folder are not read; an empty file of a folder is left out.
 *
 * @throws data when a file cannot be read, is binary or not UTF-8 (with the byte offset), or there is no text at all; option when the source is none.
 *
 * @example
 * ```ts
 * import { encodeTexts, readTexts, sourceOfFiles, WordVocabulary } from "recurra/data";
 * const source = sourceOfFiles("chapters", { "1.txt": "so it goes", "2.txt": "call me" });
 * const texts = (await readTexts(source)).map(({ text }) => text);
 * const ids = encodeTexts(WordVocabulary.fromText(texts), texts); // joined by <EOS>
 * ```
 */
export async function readTexts(source: Source): Promise<TextFile[]> {
  requireSource(source);
  const { isFolder, path } = source;
  const chosen = isFolder ? source.files.filter((name) => /^[^/]+\.txt$/i.test(name)) : source.files;
  const files: TextFile[] = [];
  for (const name of chosen) {
    const text = await readText(source, name);
    if (text.length > 0) files.push({ path: source.pathOf(name), text });
  }
  if (files.length > 0) return files;
  if (!isFolder) throw new RecurraError("data", { where: path, expected: "some text", got: "an empty file" });
  throw new RecurraError("data", {
    where: path,
    expected: "a folder with at least one .txt file that is not empty",
    got:
      chosen.length > 0 ? `${chosen.length} empty .txt files` : `${source.files.length} other files and no .txt file`,
  });
}
