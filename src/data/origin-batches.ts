import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";

export interface OriginBatchesOptions {
  /** Forecasts a batch; the last of an epoch may hold fewer. */
  readonly batchSize: number;
  /** Decides the order of each epoch. */
  readonly seed: number;
}

/**
 * The origins of a time series to train on, the last known steps from which forecasts are made, in batches of random order.
 *
 * Batch k is a pure function of the options and k, so that k is all that a resumed run needs.
 *
 * @example
 * ```ts
 * const batches = new OriginBatches(27, 999, { batchSize: 32, seed: 1 });
 * batches.batch(0); // Int32Array of 32 steps from 27 to 999
 * ```
 */
export class OriginBatches {
  /** Batches until every origin has been forecast from once. */
  readonly batchesPerEpoch: number;
  readonly #first: number;
  readonly #count: number;
  readonly #batchSize: number;
  readonly #random: Random;
  #shuffled: { readonly epoch: number; readonly order: Int32Array };

  /**
   * @param first the first origin.
   * @param last the last origin.
   * @throws data when there is none.
   */
  constructor(first: number, last: number, options: OriginBatchesOptions) {
    if (!(last >= first)) {
      throw new RecurraError("data", {
        where: "OriginBatches",
        expected: "one origin or more",
        got: `none from ${first} to ${last}`,
      });
    }
    this.#first = first;
    this.#count = last - first + 1;
    this.#batchSize = options.batchSize;
    this.#random = new Random(options.seed, "order of origins");
    this.batchesPerEpoch = Math.ceil(this.#count / options.batchSize);
    this.#shuffled = { epoch: 0, order: this.#random.permutation(this.#count, 0) };
  }

  /** The origins of batch k since the beginning of training; every `batchesPerEpoch` a new order begins. */
  batch(k: number): Int32Array {
    const epoch = Math.floor(k / this.batchesPerEpoch);
    if (epoch !== this.#shuffled.epoch) {
      this.#shuffled = { epoch, order: this.#random.permutation(this.#count, epoch) };
    }
    const start = (k - epoch * this.batchesPerEpoch) * this.#batchSize;
    return this.#shuffled.order.slice(start, start + this.#batchSize).map((i) => this.#first + i);
  }
}
