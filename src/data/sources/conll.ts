import { requireOption } from "../../core/require-option.ts";
import type { DataFaults } from "../data-faults.ts";
import type { TaggedSentence } from "./tagged-sentence.ts";
import { withoutMark } from "./without-mark.ts";

/** Which columns are read. */
export interface ConllOptions {
  /** The token's column, counted from 1, or from the end with -1; default 1. */
  readonly tokenColumn?: number;
  /** The tag's column; default -1, the last. */
  readonly tagColumn?: number;
}

/** A line of a block of lines. */
interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** @throws option when a column is 0 or no integer. */
function checkColumn(where: string, column: number): void {
  const isRight = Number.isSafeInteger(column) && column !== 0;
  requireOption(where, column, isRight, "a column from 1, or from -1 counted from the end");
}

/**
 * Blocks of lines with something in them, parted by lines of white space only.
 *
 * @param where the file's name, for messages.
 */
export function blocksOf(text: string, where: string): { readonly line: number; readonly text: string }[][] {
  const blocks: { line: number; text: string }[][] = [[]];
  withoutMark(text, where)
    .split(/\r\n|\n/)
    .forEach((source, index) => {
      if (source.trim() === "") blocks.push([]);
      else blocks.at(-1)!.push({ line: index + 1, text: source });
    });
  return blocks.filter((block) => block.length > 0);
}

/**
 * Reads columns: a token a line with its tag, a line of white space only between sentences.
 *
 * Columns are parted by tabs where the first line has one, else by runs of white space. No line is a comment, since "#" is a token; a sentence of the token -DOCSTART-
 * alone is passed over. Every line has as many columns as the first: a sentence with a line that has not, or that lacks a token or a tag, is a fault and left out.
 *
 * @param where the file's name, for messages.
 * @param faults takes what is wrong; the caller finishes it.
 * @throws option when a column is 0 or no integer.
 * Source: the shared tasks of CoNLL, such as Tjong Kim Sang and De Meulder 2003.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * const [sentence] = readConll("Harry\tB-PER\nsang\tO\n", "a.conll", new DataFaults());
 * sentence?.tags; // B-PER, O
 * ```
 */
export function readConll(
  text: string,
  where: string,
  faults: DataFaults,
  options: ConllOptions = {},
): TaggedSentence[] {
  const { tokenColumn = 1, tagColumn = -1 } = options;
  checkColumn("readConll, tokenColumn", tokenColumn);
  checkColumn("readConll, tagColumn", tagColumn);
  const blocks = blocksOf(text, where);
  const first = blocks[0]?.[0];
  const separator = first?.text.includes("\t") ? "\t" : /\s+/;
  const fieldsOf = (line: string): string[] => (separator === "\t" ? line.split("\t") : line.trim().split(separator));
  const width = first === undefined ? 0 : fieldsOf(first.text).length;
  const least = Math.max(...[tokenColumn, tagColumn].map(Math.abs), 2);

  const faultOf = ({ line, fields }: Row): Parameters<DataFaults["add"]>[0] | undefined => {
    if (fields.length !== width || width < least) {
      const columns = width < least ? `at least ${least} columns` : `${width} columns, as in line ${first!.line}`;
      const parted = separator === "\t" ? "parted by tabs" : "parted by white space";
      return { where: `${where}, line ${line}`, expected: `${columns}, ${parted}`, got: String(fields.length) };
    }
    for (const [name, column] of [
      ["token", tokenColumn],
      ["tag", tagColumn],
    ] as const) {
      const place = column > 0 ? column : width + 1 + column;
      if (fields[place - 1]!.trim() === "") {
        return { where: `${where}, line ${line}, column ${place}`, expected: `a ${name}`, got: "nothing" };
      }
    }
    return undefined;
  };

  const sentences: TaggedSentence[] = [];
  for (const block of blocks) {
    const rows = block.map((source): Row => ({ line: source.line, fields: fieldsOf(source.text) }));
    if (rows.length === 1 && rows[0]!.fields[0] === "-DOCSTART-") continue;
    const fault = rows.map(faultOf).find((parts) => parts !== undefined);
    if (fault !== undefined) {
      faults.add(fault);
      continue;
    }
    sentences.push({
      file: where,
      tokens: rows.map(({ fields }) => fields.at(tokenColumn > 0 ? tokenColumn - 1 : tokenColumn)!.trim()),
      tags: rows.map(({ fields }) => fields.at(tagColumn > 0 ? tagColumn - 1 : tagColumn)!.trim()),
      lines: rows.map(({ line }) => line),
      tagPlace: `column ${tagColumn > 0 ? tagColumn : width + 1 + tagColumn}`,
    });
  }
  return sentences;
}
