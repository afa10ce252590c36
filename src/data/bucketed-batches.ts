/** Batches of sequences of like lengths. */
import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { Random } from "../core/random.ts";
import { requireCount, requireSize } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";

export interface BucketedBatchesOptions {
  /** Sequences a batch, 1 or more; the last batch of the last chunk may hold fewer. */
  readonly batchSize: number;
  readonly seed: number;
  /** Which pass over the data, from 0; each has an order of its own. */
  readonly epoch: number;
  /**
   * Batches whose sequences are sorted together; default 64. More make lengths more alike and the batches less random:
   * 1 is plain shuffling.
   */
  readonly chunkBatches?: number;
}

/**
 * Shares the sequences of an epoch out to batches, each sequence once, so that lengths within a batch are alike.
 *
 * The sequences are shuffled, sorted by length within chunks of many batches, cut into batches, and the batches
 * shuffled. A step costs what its rows cost, whatever the lengths; but the longest sequence decides how many steps a
 * batch takes, and steps of few rows are slow.
 *
 * The result is a pure function of the lengths and options, so that (epoch, batch) is all that a resumed run needs.
 *
 * @param lengths steps of each sequence.
 * @returns for each batch the indices of its sequences, longest first.
 * @throws option when a number is out of range; shape when a length is no integer of 0 or more.
 * @example
 * ```ts
 * const batches = bucketedBatches([5, 2, 9, 1, 4], { batchSize: 2, seed: 1, epoch: 0 });
 * for (const batch of batches) console.log(Array.from(batch));
 * ```
 */
export function bucketedBatches(lengths: ArrayLike<number>, options: BucketedBatchesOptions): Int32Array[] {
  const required = { batchSize: requireSize, epoch: requireCount, seed: requireCount };
  requireOptions("bucketedBatches", options, { chunkBatches: requireSize }, required);
  const { batchSize, seed, epoch, chunkBatches = 64 } = options;
  for (let i = 0; i < lengths.length; i++) {
    if (isInteger(lengths[i], 0)) continue;
    throw new RecurraError("shape", {
      where: `lengths[${i}]`,
      expected: "an integer of 0 or more",
      got: shown(lengths[i]),
    });
  }

  const order = new Random(seed, "order of sequences").permutation(lengths.length, epoch);
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += batchSize * chunkBatches) {
    // sorting is stable: sequences of equal length stay shuffled
    const chunk = order.slice(start, start + batchSize * chunkBatches).sort((a, b) => lengths[b]! - lengths[a]!);
    for (let i = 0; i < chunk.length; i += batchSize) batches.push(chunk.slice(i, i + batchSize));
  }
  const shuffled = new Random(seed, "order of batches").permutation(batches.length, epoch);
  return Array.from(shuffled, (i) => batches[i]!);
}
