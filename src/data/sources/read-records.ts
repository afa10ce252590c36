/** Records of a source's files: those of a folder that have the right endings, or the one file. */
import { RecurraError } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { requireSource, type Source } from "../source.ts";
import { decodeText } from "./decode-text.ts";

/** How the files of one kind of data are read. */
export interface FileReading<Row> {
  /** What the data is, for the message where there is none. */
  readonly expected: string;
  /** Whether a file of a folder is read. */
  reads(name: string): boolean;
  /** @param where how messages call the file. */
  read(name: string, where: string): Promise<readonly Row[]>;
}

/** Whether a file is JSON Lines, by its ending. */
export function isJsonLines(name: string): boolean {
  return /\.(jsonl|ndjson)$/i.test(name);
}

/** Whether a file is a table of text or JSON Lines, by its ending. */
export function isTable(name: string): boolean {
  return /\.(tsv|tab|csv)$/i.test(name) || isJsonLines(name);
}

/** The text of a file. @throws data when it cannot be read, or is no UTF-8. */
export async function readText(source: Source, name: string): Promise<string> {
  return decodeText(await source.read(name), source.pathOf(name));
}

/**
 * Reads all files, one behind the other.
 *
 * @param faults takes what is wrong with single records.
 * @throws data when there is no record, and no fault that says why; option when the source is none.
 */
export async function readRecords<Row>(
  source: Source,
  faults: DataFaults,
  { expected, reads, read }: FileReading<Row>,
): Promise<Row[]> {
  requireSource(source);
  const names = source.isFolder ? source.files.filter(reads) : source.files;
  const records: Row[] = [];
  for (const name of names) {
    for (const record of await read(name, source.pathOf(name))) records.push(record);
  }
  if (records.length > 0 || faults.count > 0) return records;
  const got = source.isFolder && names.length === 0 ? "a folder without such files" : "none";
  throw new RecurraError("data", { where: source.path, expected, got });
}
