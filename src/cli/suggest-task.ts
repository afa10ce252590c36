import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beginningOf } from "./beginning-of.ts";

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/\.(conll|conllu|bio|iob2?)$/i, "tagger"],
  [/\.midi?$/i, "generator"],
  [/\.fa(sta)?$/i, "classifier"],
  [/\.wav$/i, "transcriber"],
  [/\.txt$/i, "language-model"],
];
/** What two columns or fields of a task are called, the surest pairs first. */
const PAIRS: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^tokens$/, /^(tags|labels)$/, "tagger"],
  [/^(path|wav|audio|audio_filepath)$/, /^(transcript|transcription|text|sentence)$/, "transcriber"],
  [/^(source|src)$/, /^(target|tgt|trg)$/, "translator"],
  [/^(sequence|name|word|text)$/, /^condition$/, "generator"],
  [/^(text|sentence|sequence|name|document|review)$/, /^(labels?|class|category|sentiment|gender)$/, "classifier"],
];
const NUMBER_OR_DATE = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|\d{4}-\d\d(-\d\d.*)?|)$/i;

/** The names of a table's columns, or of the fields of a JSON line. */
function fieldsOf(line: string): readonly string[] {
  if (line.startsWith("{")) return Array.from(line.matchAll(/"(\w+)"\s*:/g), ([, name]) => name!.toLowerCase());
  return cellsOf(line).map((name) => name.toLowerCase());
}

const cellsOf = (line: string): string[] => line.split(/[\t,;]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

function taskOfTable(text: string): string | undefined {
  const [first = "", second = ""] = text.split(/\r?\n/);
  const fields = fieldsOf(first);
  const has = (name: RegExp): boolean => fields.some((field) => name.test(field));
  const pair = PAIRS.find(([one, other]) => has(one) && has(other));
  if (pair !== undefined) return pair[2];
  const isSeries = second !== "" && cellsOf(second).every((cell) => NUMBER_OR_DATE.test(cell));
  return isSeries ? "forecaster" : undefined;
}

/** A file, or the first one of a folder; of a folder of folders the first of the first, which may hold the data of a label. */
async function firstFile(path: string, isLabel = false): Promise<{ readonly file: string; readonly isLabel: boolean }> {
  if (!(await stat(path)).isDirectory()) return { file: path, isLabel };
  const entries = (await readdir(path, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith("."))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const file = entries.find((entry) => entry.isFile());
  const folder = entries.find((entry) => entry.isDirectory());
  if (file !== undefined || folder === undefined || isLabel) return { file: join(path, file?.name ?? ""), isLabel };
  return await firstFile(join(path, folder.name), true);
}

/**
 * The task whose data lies at a path, as far as the names of files and columns tell; undefined where they do not, or where
 * nothing can be read. Of a folder no more is looked at than its first file, since it may be any folder.
 */
export async function suggestTask(path: string): Promise<string | undefined> {
  try {
    const { file, isLabel } = await firstFile(path);
    if (isLabel && /\.(txt|wav)$/i.test(file)) return "classifier";
    const ending = ENDINGS.find(([pattern]) => pattern.test(file));
    if (ending !== undefined) return ending[1];
    return /\.(csv|tsv|jsonl|ndjson)$/i.test(file) ? taskOfTable(await beginningOf(file)) : undefined;
  } catch {
    return undefined;
  }
}
