/** Which queries look at which keys. */
import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";

/**
 * The pairs of a batch of sequences: every query of a sequence with every key of the same sequence, and no other.
 *
 * Queries and keys stand sequence after sequence, and so do the pairs: sequence i owns Ty⁽ⁱ⁾ · Tx⁽ⁱ⁾ of them, its
 * queries one after the other, each with its Tx⁽ⁱ⁾ keys in order. There is no padding and so no mask.
 */
export class AttentionPairs {
  /** How many sequences there are. */
  readonly count: number;
  /** Ty⁽ⁱ⁾: queries of each sequence. */
  readonly queryLengths: Int32Array;
  /** Tx⁽ⁱ⁾: keys of each sequence. */
  readonly keyLengths: Int32Array;
  /** The first query of each sequence; the last entry is their number. */
  readonly queryOffsets: Int32Array;
  /** The first key of each sequence; the last entry is their number. */
  readonly keyOffsets: Int32Array;
  /** The first pair of each sequence; the last entry is their number. */
  readonly pairOffsets: Int32Array;

  /** @throws shape when the lengths are not as many, or one is no integer of 0 or more. */
  constructor(queryLengths: ArrayLike<number>, keyLengths: ArrayLike<number>) {
    const count = keyLengths.length;
    if (queryLengths.length !== count) {
      throw new RecurraError("shape", {
        where: "AttentionPairs",
        expected: `queries for each of ${count} sequences`,
        got: `for ${queryLengths.length}`,
      });
    }
    this.count = count;
    this.queryLengths = Int32Array.from(queryLengths);
    this.keyLengths = Int32Array.from(keyLengths);
    this.queryOffsets = new Int32Array(count + 1);
    this.keyOffsets = new Int32Array(count + 1);
    this.pairOffsets = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) {
      const [queries, keys] = [queryLengths[i]!, keyLengths[i]!];
      const odd = [queries, keys].find((length) => !isInteger(length, 0));
      if (odd !== undefined) {
        throw new RecurraError("shape", {
          where: `AttentionPairs, lengths[${i}]`,
          expected: "integers of 0 or more",
          got: shown(odd),
        });
      }
      this.queryOffsets[i + 1] = this.queryOffsets[i]! + queries;
      this.keyOffsets[i + 1] = this.keyOffsets[i]! + keys;
      this.pairOffsets[i + 1] = this.pairOffsets[i]! + queries * keys;
    }
  }

  get queries(): number {
    return this.queryOffsets[this.count]!;
  }

  get keys(): number {
    return this.keyOffsets[this.count]!;
  }

  get pairs(): number {
    return this.pairOffsets[this.count]!;
  }

  /** @throws shape when a tensor's rows are not the queries, the keys or the pairs. */
  requireRows(where: string, what: "queries" | "keys" | "pairs", rows: number): void {
    if (rows === this[what]) return;
    throw new RecurraError("shape", { where, expected: `${this[what]} rows, the ${what}`, got: String(rows) });
  }
}
