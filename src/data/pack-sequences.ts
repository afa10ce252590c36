import { Packing } from "../core/packing.ts";

/** The ids of all sequences as rows of their packing. */
export function packedIds(sequences: readonly Int32Array[], packing: Packing): Int32Array {
  const ids = new Int32Array(packing.rows);
  packing.forEachRow((row, b, t) => {
    ids[row] = sequences[b]![t]!;
  });
  return ids;
}

/** Sequences of ids side by side, whatever their lengths: their packing and its rows. */
export function packSequences(sequences: readonly Int32Array[]): {
  readonly packing: Packing;
  readonly ids: Int32Array;
} {
  const packing = new Packing(sequences.map((sequence) => sequence.length));
  return { packing, ids: packedIds(sequences, packing) };
}

/** The opposite for rows of numbers, [rows, columns]: [T, columns] of each sequence, in the caller's order. */
export function unpackSequences(values: ArrayLike<number>, packing: Packing, columns: number): Float32Array[] {
  const sequences = Array.from(packing.lengths, (length) => new Float32Array(length * columns));
  packing.forEachRow((row, b, t) => {
    for (let j = 0; j < columns; j++) sequences[b]![t * columns + j] = values[row * columns + j]!;
  });
  return sequences;
}
