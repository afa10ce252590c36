import type { Packing } from "../core/packing.ts";

/**
 * The frames of sequences side by side as rows of their packing, [rows, columns].
 *
 * @param sequences each [Tx, columns].
 */
export function packedFrames(sequences: readonly Float32Array[], packing: Packing, columns: number): Float32Array {
  const rows = new Float32Array(packing.rows * columns);
  packing.order.forEach((b, rank) => {
    const frames = sequences[b]!;
    for (let t = 0; t < packing.lengths[b]!; t++) {
      rows.set(frames.subarray(t * columns, (t + 1) * columns), packing.rowOf(t, rank) * columns);
    }
  });
  return rows;
}
