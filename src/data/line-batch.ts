import { Packing } from "../core/packing.ts";

/** Sequences for next-token prediction, as rows in the order of their packing. */
export interface LineRows {
  /** Where each sequence's steps stand: row `packing.rowOf(t, rank)` is step t. */
  readonly packing: Packing;
  /** As `[rows]`: <EOS> at step 0, then the token before each target. */
  readonly inputs: Int32Array;
  /** As `[rows]`: the tokens of the sequences, <EOS> last. */
  readonly targets: Int32Array;
}

/**
 * A batch of lines.
 *
 * @param sequences as `encodeLines` gives them, each ended by <EOS>.
 * @param endId the id of <EOS>, which is the first input of every sequence.
 */
export function lineBatch(sequences: readonly Int32Array[], endId: number): LineRows {
  const packing = new Packing(sequences.map(({ length }) => length));
  const inputs = new Int32Array(packing.rows);
  const targets = new Int32Array(packing.rows);
  packing.forEachRow((row, b, t) => {
    inputs[row] = t === 0 ? endId : sequences[b]![t - 1]!;
    targets[row] = sequences[b]![t]!;
  });
  return { packing, inputs, targets };
}
