import type { DataFaults } from "../data-faults.ts";
import { blocksOf } from "./conll.ts";
import type { TaggedSentence } from "./tagged-sentence.ts";

/** The ten columns of the format, in order. */
export const CONLL_U_COLUMNS = [
  "id",
  "form",
  "lemma",
  "upos",
  "xpos",
  "feats",
  "head",
  "deprel",
  "deps",
  "misc",
] as const;

export type ConllUColumn = (typeof CONLL_U_COLUMNS)[number];

/** Which columns are read. */
export interface ConllUOptions {
  /** Default "form". */
  readonly tokenColumn?: ConllUColumn;
  /** Default "upos", the universal part of speech. */
  readonly tagColumn?: ConllUColumn;
}

/**
 * Reads CoNLL-U: ten columns parted by tabs, comments behind #, an empty line after each sentence.
 *
 * Words are read; the lines of words written together (1-2) and of empty nodes (1.1) are passed over. A sentence with a line of other than ten columns, with an odd
 * number of a word, or without a token or tag is a fault and left out.
 *
 * @param where the file's name, for messages.
 * @param faults takes what is wrong; the caller finishes it.
 * Source: universaldependencies.org/format.html.
 */
export function readConllU(
  text: string,
  where: string,
  faults: DataFaults,
  options: ConllUOptions = {},
): TaggedSentence[] {
  const token = CONLL_U_COLUMNS.indexOf(options.tokenColumn ?? "form");
  const tag = CONLL_U_COLUMNS.indexOf(options.tagColumn ?? "upos");
  const sentences: TaggedSentence[] = [];
  for (const block of blocksOf(text, where)) {
    const lines = block.filter((source) => !source.text.startsWith("#"));
    const words: { line: number; fields: string[] }[] = [];
    let fault: Parameters<DataFaults["add"]>[0] | undefined;
    for (const { line, text: source } of lines) {
      const fields = source.split("\t");
      const id = fields[0]!;
      if (fields.length !== CONLL_U_COLUMNS.length) {
        const expected = "10 columns, parted by tabs";
        fault ??= { where: `${where}, line ${line}`, expected, got: String(fields.length) };
      } else if (/^\d+$/.test(id)) {
        for (const column of [token, tag]) {
          if (fields[column]!.trim() !== "") continue;
          const expected = `${CONLL_U_COLUMNS[column]}, or _ for none`;
          fault ??= { where: `${where}, line ${line}, column ${column + 1}`, expected, got: "nothing" };
        }
        words.push({ line, fields });
      } else if (!/^\d+[-.]\d+$/.test(id)) {
        const expected = "a word's number, such as 3, 1-2 or 1.1";
        fault ??= { where: `${where}, line ${line}, column 1`, expected, got: JSON.stringify(id) };
      }
    }
    if (fault !== undefined) faults.add(fault);
    else if (words.length > 0) {
      sentences.push({
        file: where,
        tokens: words.map(({ fields }) => fields[token]!),
        tags: words.map(({ fields }) => fields[tag]!),
        lines: words.map(({ line }) => line),
        tagPlace: `column ${tag + 1}`,
      });
    }
  }
  return sentences;
}
