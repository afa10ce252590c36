/** Tagged sentences from files of any of the formats, told apart by their endings. */
import { requireOption } from "../../core/require-option.ts";
import type { DataFaults } from "../data-faults.ts";
import type { Source } from "../source.ts";
import { type ConllOptions, readConll } from "./conll.ts";
import { CONLL_U_COLUMNS, type ConllUColumn, type ConllUOptions, readConllU } from "./conll-u.ts";
import { isJsonLines, readRecords, readText } from "./read-records.ts";
import { readTaggedJson } from "./tagged-json.ts";
import type { TaggedSentence } from "./tagged-sentence.ts";

export interface ReadTaggedOptions {
  /** A column's number from 1, or from the end with -1; a name in CoNLL-U and JSON Lines. */
  readonly tokenColumn?: string | undefined;
  readonly tagColumn?: string | undefined;
  /** What a token of a text is, where JSON Lines has its tokens as one text. */
  readonly unit?: "word" | "char" | undefined;
}

const ENDINGS = /\.(conll|conllu|bio|iob|iob2|jsonl|ndjson|tsv|txt)$/i;

/**
 * Reads tagged sentences: CoNLL-U (`.conllu`), JSON Lines (`.jsonl`, `.ndjson`), or CoNLL columns, which is what any
 * other file is taken for; or a folder of such files.
 *
 * @param faults takes ragged lines and missing tokens or tags; the caller finishes it.
 * @throws data when there is no sentence at all; option for a column that the format has not.
 * @example
 * ```ts
 * import { DataFaults, readTagged, sourceOfFiles } from "recurra/data";
 * const source = sourceOfFiles("a.conll", { "a.conll": "Harry\tB-PER\nsang\tO\n" });
 * const sentences = await readTagged(source, {}, new DataFaults());
 * ```
 */
export async function readTagged(
  source: Source,
  options: ReadTaggedOptions,
  faults: DataFaults,
): Promise<TaggedSentence[]> {
  return await readRecords(source, faults, {
    expected: "tokens with a tag each, in CoNLL columns, CoNLL-U or JSON Lines",
    reads: (name) => ENDINGS.test(name),
    read: async (name, where) => readFile(await readText(source, name), name, where, options, faults),
  });
}

function readFile(
  text: string,
  name: string,
  where: string,
  options: ReadTaggedOptions,
  faults: DataFaults,
): TaggedSentence[] {
  const { tokenColumn, tagColumn, unit } = options;
  if (isJsonLines(name)) {
    return readTaggedJson(text, where, faults, { tokenColumn, tagColumn, unit });
  }
  const chosen: { tokenColumn?: unknown; tagColumn?: unknown } = {};
  const columnOf = /\.conllu$/i.test(name) ? conllUColumn : columnNumber;
  if (tokenColumn !== undefined) chosen.tokenColumn = columnOf(tokenColumn, "tokenColumn");
  if (tagColumn !== undefined) chosen.tagColumn = columnOf(tagColumn, "tagColumn");
  if (columnOf === conllUColumn) return readConllU(text, where, faults, chosen as ConllUOptions);
  return readConll(text, where, faults, chosen as ConllOptions);
}

function columnNumber(column: string, option: string): number {
  const isRight = /^-?[1-9]\d*$/.test(column);
  requireOption(`readTagged, ${option}`, column, isRight, "a column from 1, or from -1 counted from the end");
  return Number(column);
}

function conllUColumn(column: string, option: string): ConllUColumn {
  const name = /^\d+$/.test(column) ? CONLL_U_COLUMNS[Number(column) - 1] : column;
  const expected = `one of ${CONLL_U_COLUMNS.join(", ")}, or a number from 1 to 10`;
  requireOption(`readTagged, ${option}`, column, CONLL_U_COLUMNS.includes(name as ConllUColumn), expected);
  return name as ConllUColumn;
}
