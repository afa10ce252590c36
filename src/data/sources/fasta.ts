import { shown } from "../../core/errors.ts";
import type { DataFaults } from "../data-faults.ts";
import { withoutMark } from "./without-mark.ts";

/** One sequence of a FASTA file. */
export interface FastaRecord {
  /** The line of its description, counted from 1. */
  readonly line: number;
  /** What stands behind `>`. */
  readonly description: string;
  /** The letters of all its lines, without white space. */
  readonly sequence: string;
}

/**
 * Reads FASTA: a line `>description`, then lines of the sequence.
 *
 * Empty lines and lines that begin with `;` (comments) are passed over. Letters before the first description and a description without letters are faults: they are added
 * and left out.
 *
 * @param where the file's name, for messages.
 * @param faults takes what is wrong; the caller finishes it.
 * @example
 * ```ts
 * import { DataFaults } from "recurra/data";
 * readFasta(">s1 donor\nACGT\nAC\n", "a.fa", new DataFaults()); // [{ line: 1, description: "s1 donor", sequence: "ACGTAC" }]
 * ```
 * Source: Lipman and Pearson 1985; NCBI, "BLAST topics: FASTA".
 */
export function readFasta(text: string, where: string, faults: DataFaults): FastaRecord[] {
  const records: FastaRecord[] = [];
  let open: { line: number; description: string; parts: string[] } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { line, description, parts } = open;
    const sequence = parts.join("");
    if (sequence !== "") records.push({ line, description, sequence });
    else faults.add({ where: `${where}, line ${line}`, expected: "letters below the description", got: "none" });
  };
  withoutMark(text, where)
    .split(/\r\n|\n|\r/)
    .forEach((source, index) => {
      if (source.startsWith(";") || source.trim() === "") return;
      if (source.startsWith(">")) {
        close();
        open = { line: index + 1, description: source.slice(1).trim(), parts: [] };
      } else if (open !== undefined) open.parts.push(source.replace(/\s+/g, ""));
      else {
        faults.add({ where: `${where}, line ${index + 1}`, expected: "a line that begins with >", got: shown(source) });
      }
    });
  close();
  return records;
}
