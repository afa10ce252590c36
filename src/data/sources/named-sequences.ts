import { RecurraError, shown } from "../../core/errors.ts";
import { type DataFaults, faultOf } from "../data-faults.ts";
import type { Source } from "../source.ts";
import { decodeText } from "./decode-text.ts";
import { readDelimited } from "./delimited.ts";
import { readFasta } from "./fasta.ts";
import { findInName } from "./find-in-name.ts";
import type { Label, LabelledSequence, SequenceValue } from "./labelled-sequence.ts";
import { type LabelReading, readLabel } from "./read-label.ts";
import { readText } from "./read-records.ts";
import { readWav } from "./wav.ts";

export interface NamedSequencesOptions {
  readonly labelFrom?: string | undefined;
  readonly labelFile?: string | undefined;
}

const FASTA = /\.(fa|fas|fasta|fna)$/i;
const WAV = /\.wav$/i;
const TXT = /\.txt$/i;

/** A name's label, or why it has none. */
type Naming = { readonly label: Label } | { readonly expected: string; readonly got: string; readonly hint?: string };

/**
 * Sequences that have names instead of labels beside them: records of FASTA, and files of text or sound.
 *
 * The label is what `labelFrom` finds in the name, or what `labelFile` says of it; else the sub-folder's name, or the last
 * word of a FASTA description.
 */
export class NamedSequences {
  readonly #source: Source;
  readonly #labelFrom: string | undefined;
  /** What the expression finds in a name. */
  readonly #find: ((name: string) => string) | undefined;
  readonly #table: ReadonlyMap<string, string> | undefined;
  readonly #reading: LabelReading;
  readonly #faults: DataFaults;

  private constructor(
    source: Source,
    labelFrom: string | undefined,
    table: ReadonlyMap<string, string> | undefined,
    reading: LabelReading,
    faults: DataFaults,
  ) {
    this.#source = source;
    this.#labelFrom = labelFrom;
    this.#find = labelFrom === undefined ? undefined : findInName(labelFrom);
    this.#table = table;
    this.#reading = reading;
    this.#faults = faults;
  }

  /** @throws option when the expression is none; data when the table of labels cannot be read. */
  static async open(
    source: Source,
    { labelFrom, labelFile }: NamedSequencesOptions,
    reading: LabelReading,
    faults: DataFaults,
  ): Promise<NamedSequences> {
    const table = labelFile === undefined ? undefined : await readNames(source, labelFile, faults);
    return new NamedSequences(source, labelFrom, table, reading, faults);
  }

  /** Whether a file is FASTA, sound, or a text that a sub-folder, an expression or a table says the label of. */
  reads(name: string): boolean {
    if (FASTA.test(name)) return true;
    const isLabelled = this.#find !== undefined || this.#table !== undefined || folderOf(name) !== undefined;
    return this.#source.isFolder && isLabelled && (TXT.test(name) || WAV.test(name));
  }

  async read(name: string): Promise<LabelledSequence[]> {
    const where = this.#source.pathOf(name);
    try {
      const bytes = await this.#source.read(name);
      if (WAV.test(name)) return this.#ofFile(readWav(bytes, where), name, where);
      const text = decodeText(bytes, where);
      return FASTA.test(name) ? this.#ofFasta(text, name, where) : this.#ofFile(text.trim(), name, where);
    } catch (error) {
      if (FASTA.test(name)) throw error;
      this.#faults.add(faultOf(error));
      return [];
    }
  }

  #ofFile(sequence: SequenceValue, name: string, where: string): LabelledSequence[] {
    const isEmpty =
      typeof sequence === "object" && "samples" in sequence ? sequence.samples.length === 0 : sequence === "";
    if (isEmpty) {
      const [expected, got] =
        typeof sequence === "string" ? ["a text", "an empty one"] : ["a clip of sound", "no sample"];
      this.#faults.add({ where, expected, got });
      return [];
    }
    return this.#labelled(sequence, where, this.#namingOf([name, name.split("/").at(-1)!], folderOf(name), name));
  }

  #ofFasta(text: string, name: string, where: string): LabelledSequence[] {
    const folder = this.#source.isFolder ? folderOf(name) : undefined;
    return readFasta(text, where, this.#faults).flatMap(({ line, description, sequence }) => {
      const words = description.split(/\s+/);
      const own = folder ?? (words.length > 1 ? words.at(-1) : undefined);
      return this.#labelled(sequence, `${where}, line ${line}`, this.#namingOf([words[0]!], own, description));
    });
  }

  /**
   * @param names by which the table may know it.
   * @param own its label where neither an expression nor a table is given.
   * @param described what the expression looks at.
   */
  #namingOf(names: readonly string[], own: string | undefined, described: string): Naming {
    if (this.#find !== undefined) {
      const found = this.#find(described);
      if (found !== "") return readLabel(found, this.#reading);
      return { expected: `a name with a label by --label-from ${this.#labelFrom}`, got: shown(described) };
    }
    if (this.#table !== undefined) {
      const name = names.find((each) => this.#table!.has(each));
      if (name !== undefined) return readLabel(this.#table.get(name), this.#reading);
      return { expected: "a name that the table of labels has", got: shown(names[0]) };
    }
    if (own !== undefined) return readLabel(own, this.#reading);
    const hint = "Say where labels come from with --label-from or --label-file.";
    return { expected: "a name and a label", got: shown(described), hint };
  }

  #labelled(sequence: SequenceValue, where: string, naming: Naming): LabelledSequence[] {
    if ("label" in naming) return [{ sequence, label: naming.label, where }];
    this.#faults.add({ where, ...naming });
    return [];
  }
}

/** The sub-folder that a file lies in; undefined for one that lies in none. */
function folderOf(name: string): string | undefined {
  return name.includes("/") ? name.split("/")[0] : undefined;
}

/** A table of names and labels, in this order, with a header or without. */
async function readNames(source: Source, path: string, faults: DataFaults): Promise<Map<string, string>> {
  const where = source.pathOf(path);
  const table = readDelimited(await readText(source, path), where, faults, {
    knownNames: ["name", "id", "file", "label", "class"],
    trim: true,
  });
  if (table.columns >= 2) return new Map(table.rows.map(({ cells }) => [cells[0]!, cells[1]!]));
  throw new RecurraError("data", { where, expected: "a column of names and one of labels", got: `${table.columns}` });
}
