import { RecurraError } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import { type Source, visibleFiles } from "./source.ts";

/**
 * A source of bytes at hand: what a page got from a file input or from `fetch`, or what a test made.
 *
 * @param path how messages call it.
 * @param files text or bytes by name; a single one is a file, several are a folder.
 * @throws option when it is the text or the bytes of a single file.
 *
 * @example
 * ```ts
 * import { sourceOfFiles } from "recurra/data";
 * const source = sourceOfFiles("names.csv", { "names.csv": "name,gender\nAnna,f\n" });
 * ```
 */
export function sourceOfFiles(path: string, files: Readonly<Record<string, string | Uint8Array>>): Source {
  const isContent = typeof files === "string" || files instanceof Uint8Array;
  requireOption(path, files, !isContent, "files by name");
  const names = Object.keys(files);
  const isFolder = names.length !== 1;
  const pathOf = (name: string): string => (isFolder ? `${path}/${name}` : path);
  return {
    path,
    isFolder,
    files: visibleFiles(names),
    pathOf,
    async read(name) {
      const content = Object.hasOwn(files, name) ? files[name] : undefined;
      if (content !== undefined) return typeof content === "string" ? new TextEncoder().encode(content) : content;
      throw new RecurraError("data", {
        where: pathOf(name),
        expected: "a file that can be read",
        got: "no such file",
        hint: "Check the name in the file that mentions it.",
      });
    },
  };
}
