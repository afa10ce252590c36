/** How a time loop is shared: each thread takes neighbouring sequences from their first step to their last. */
import type { Packing } from "../core/packing.ts";

/** Rows that a product's tile takes at once: with fewer a share, products slow down. */
const TILE_ROWS = 4;

/** Shares that a loop can be cut into. */
export function mostShares(packing: Packing): number {
  return Math.floor(packing.batchSize / TILE_ROWS);
}

/**
 * The first rank of each share, and the number of sequences at the end: share i has the ranks [first[i], first[i + 1]).
 *
 * Sequences are sorted longest first, so the first shares have fewer of them: every share has about the same number of
 * steps to compute, Σ Tx⁽ⁱ⁾ / shares.
 */
export function sharesOf(packing: Packing, shares: number): readonly number[] {
  const first = [0];
  let steps = 0;
  for (let rank = 0; rank < packing.batchSize && first.length < shares; rank++) {
    const enough = steps * shares >= packing.rows * first.length;
    if (enough && rank % TILE_ROWS === 0 && rank > first.at(-1)!) first.push(rank);
    steps += packing.lengths[packing.order[rank]!]!;
  }
  while (first.length <= shares) first.push(packing.batchSize);
  return first;
}
