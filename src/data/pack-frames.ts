import type { Packing } from "../core/packing.ts";

/**
 * The frames of sequences side by side as rows of their packing, [rows, columns].
 *
 * @param sequences each [Tx, columns].
 */
export function packedFrames(sequences: readonly Float32Array[], packing: Packing, columns: number): Float32Array {
  const rows = new Float32Array(packing.rows * columns);
  packing.forEachRow((row, b, t) => {
    rows.set(sequences[b]!.subarray(t * columns, (t + 1) * columns), row * columns);
  });
  return rows;
}
