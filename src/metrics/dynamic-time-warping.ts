/**
 * The distance of two sequences of frames when time may be stretched and squeezed, over the length of both.
 *
 *     D(i, j) = |aᵢ - bⱼ| + min(D(i-1, j), D(i, j-1), D(i-1, j-1))      distance = D(Ta, Tb) / (Ta + Tb)
 *
 * @param a as `[Ta, columns]`; an empty sequence is infinitely far from any.
 * @param b as `[Tb, columns]`.
 * @param limit beyond which the exact distance does not matter: Infinity is returned as soon as it must be passed.
 * Source: Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition".
 * @example
 * ```ts
 * dynamicTimeWarping(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 2, 3]), 1); // 0
 * ```
 */
export function dynamicTimeWarping(
  a: Float32Array,
  b: Float32Array,
  columns: number,
  limit: number = Number.POSITIVE_INFINITY,
): number {
  const [Ta, Tb] = [a.length / columns, b.length / columns];
  if (Ta === 0 || Tb === 0) return Number.POSITIVE_INFINITY;
  const most = limit * (Ta + Tb);
  const row = new Float64Array(Tb + 1).fill(Number.POSITIVE_INFINITY); // D(i, ·), column 0 before the first frame
  row[0] = 0;
  for (let i = 0; i < Ta; i++) {
    let diagonal = row[0]!; // D(i-1, j-1)
    row[0] = Number.POSITIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 1; j <= Tb; j++) {
      let square = 0;
      for (let k = 0; k < columns; k++) {
        const difference = a[i * columns + k]! - b[(j - 1) * columns + k]!;
        square += difference * difference;
      }
      const above = row[j]!;
      row[j] = Math.sqrt(square) + Math.min(above, row[j - 1]!, diagonal);
      diagonal = above;
      least = Math.min(least, row[j]!);
    }
    if (least > most) return Number.POSITIVE_INFINITY;
  }
  return row[Tb]! / (Ta + Tb);
}
