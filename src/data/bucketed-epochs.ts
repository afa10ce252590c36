import { type BucketedBatchesOptions, bucketedBatches } from "./bucketed-batches.ts";

/**
 * The bucketed batches of a whole training, epoch after epoch: batch k is a pure function of the lengths, the options and k, so that k is all that a resumed run
 * needs. One epoch's order is kept at a time.
 *
 * @throws as `bucketedBatches`.
 *
 * @example
 * ```ts
 * const epochs = new BucketedEpochs([5, 2, 9, 1, 4], { batchSize: 2, seed: 1 });
 * epochs.batch(0); // indices of two sequences of like lengths
 * ```
 */
export class BucketedEpochs {
  /** Batches until every sequence has been read once. */
  readonly batchesPerEpoch: number;
  readonly #lengths: ArrayLike<number>;
  readonly #options: Omit<BucketedBatchesOptions, "epoch">;
  #shared: { readonly epoch: number; readonly batches: readonly Int32Array[] };

  constructor(lengths: ArrayLike<number>, options: Omit<BucketedBatchesOptions, "epoch">) {
    this.#lengths = lengths;
    this.#options = options;
    this.#shared = { epoch: 0, batches: bucketedBatches(lengths, { ...options, epoch: 0 }) };
    this.batchesPerEpoch = this.#shared.batches.length;
  }

  /** How many times all sequences were read before batch k, from 0. */
  epochOf(k: number): number {
    return Math.floor(k / this.batchesPerEpoch);
  }

  /** The indices of the sequences of batch k since the beginning of training, longest first. */
  batch(k: number): Int32Array {
    const epoch = this.epochOf(k);
    if (epoch !== this.#shared.epoch) {
      this.#shared = { epoch, batches: bucketedBatches(this.#lengths, { ...this.#options, epoch }) };
    }
    return this.#shared.batches[k % this.batchesPerEpoch]!;
  }
}
