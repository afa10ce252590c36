/**
 * The rows o⟨t⟩ of ids: 1 at the place of the id, 0 elsewhere.
 *
 * @param ids as `[T]`, from 0 to size - 1.
 * @returns `[T, V]`, one row an id.
 *
 * @example
 * ```ts
 * oneHot([2, 0], 3); // [0, 0, 1], [1, 0, 0]
 * ```
 */
export function oneHot(ids: ArrayLike<number>, size: number): Uint8Array[] {
  return Array.from(ids, (id) => {
    const row = new Uint8Array(size);
    row[id] = 1;
    return row;
  });
}
