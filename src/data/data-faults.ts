import { type ErrorParts, RecurraError } from "../core/errors.ts";

/** What is kept of the faults of a reading, for a summary. */
const KEPT = 20;

/** What an error says of a record. @throws the error itself where it is none of data. */
export function faultOf(error: unknown): ErrorParts {
  if (error instanceof RecurraError && error.code === "data") return error.parts;
  throw error;
}

/** The records that can be used; the others are faults, by what the error of using them says. */
export function faultless<Row>(
  rows: readonly Row[],
  use: (row: Row, i: number) => unknown,
  faults: DataFaults,
): readonly Row[] {
  return rows.filter((row, i) => {
    try {
      use(row, i);
      return true;
    } catch (error) {
      faults.add(faultOf(error));
      return false;
    }
  });
}

/** How faults are met. */
export interface DataFaultsOptions {
  /** Leave bad records out and count them; default false: the first is thrown when reading is done, with the count of all. */
  readonly skip?: boolean;
}

/**
 * The faults found while data is read: ragged rows, unknown labels, empty texts.
 *
 * A reader adds each bad record with its file, line and column, leaves it out and reads on, so that the one error at the end can say how many there are.
 * Whoever called the reader calls `finish`, which throws unless faults are to be skipped.
 *
 * @example
 * ```ts
 * const faults = new DataFaults();
 * faults.add({ where: "names.csv, line 7", expected: "2 fields", got: "3" });
 * faults.finish(); // throws: names.csv, line 7: expected 2 fields, got 3. ...
 * ```
 */
export class DataFaults {
  /** Whether bad records are left out without an error. */
  readonly skip: boolean;
  #count = 0;
  readonly #first: ErrorParts[] = [];

  constructor(options: DataFaultsOptions = {}) {
    this.skip = options.skip ?? false;
  }

  /** Notes a bad record; `where` names its file, line and column. */
  add(parts: ErrorParts): void {
    this.#count += 1;
    if (this.#first.length < KEPT) this.#first.push(parts);
  }

  /** Bad records so far. */
  get count(): number {
    return this.#count;
  }

  /** The first 20 faults, in the order in which they were found. */
  get first(): readonly ErrorParts[] {
    return this.#first;
  }

  /**
   * Ends a reading.
   *
   * @returns how many records were left out.
   * @throws data the first fault, with the count of all, unless faults are skipped.
   */
  finish(): number {
    const first = this.#first[0];
    if (this.skip || first === undefined) return this.#count;
    const number =
      this.#count === 1 ? "It is the only bad record" : `${this.#count} records are bad, this is the first`;
    const hint = [first.hint, `${number}; --skip-bad goes on without.`].filter((part) => part !== undefined).join(" ");
    throw new RecurraError("data", { ...first, hint });
  }
}
