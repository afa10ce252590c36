/** Columns that are taken together: the lines of the cache that hold them are read once. */
const COLUMNS_AT_ONCE = 16;

/**
 * Writes rows as columns: to[c, r] = factor · from[r, c], both row by row without gaps.
 *
 * @returns `to`.
 */
export function transpose<Numbers extends Float32Array | Float64Array>(
  from: ArrayLike<number>,
  rows: number,
  columns: number,
  to: Numbers,
  factor = 1,
): Numbers {
  for (let first = 0; first < columns; first += COLUMNS_AT_ONCE) {
    const end = Math.min(columns, first + COLUMNS_AT_ONCE);
    for (let r = 0; r < rows; r++) for (let c = first; c < end; c++) to[c * rows + r] = factor * from[r * columns + c]!;
  }
  return to;
}
