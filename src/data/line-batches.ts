import { RecurraError } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { requireInteger, requireOption } from "../core/require-option.ts";
import { BucketedEpochs } from "./bucketed-epochs.ts";
import { type LineRows, lineBatch } from "./line-batch.ts";

/** How sequences are shared out to batches. */
export interface LineBatchesOptions {
  /** Sequences a batch; the last of an epoch may hold fewer. */
  readonly batchSize: number;
  /** Decides the order of each epoch. */
  readonly seed: number;
  /** The id of <EOS>, which is the first input of every sequence. */
  readonly endId: number;
}

/** Sequences of like lengths, as rows in the order of their packing. */
export interface LineBatch extends LineRows {
  /** Which sequences these are, longest first. */
  readonly indices: Int32Array;
  /** How many times all sequences were read before, from 0. */
  readonly epoch: number;
}

/**
 * Batches of sequences of unequal lengths for next-token prediction, each sequence from its own beginning with a state of zero.
 *
 * Inputs are the targets shifted by one, with <EOS> before the first: so the first token of a line is predicted too, from <EOS> alone, and a model that has just
 * written <EOS> is ready for the next line. Loss is averaged over rows, so each token weighs the same. Batch k is a pure function of the sequences, the options and k.
 *
 * @throws option when a size or id is out of range; data when there is no sequence or one is empty.
 *
 * @example
 * ```ts
 * const batches = new LineBatches(sequences, { batchSize: 32, seed: 1, endId: vocabulary.endId });
 * const { packing, inputs, targets } = batches.batch(step);
 * ```
 */
export class LineBatches {
  /** Batches until every sequence has been read once. */
  readonly batchesPerEpoch: number;
  readonly #sequences: readonly Int32Array[];
  readonly #endId: number;
  readonly #epochs: BucketedEpochs;

  /** @param sequences as `encodeLines` gives them, each ended by <EOS>; kept, not copied. */
  constructor(sequences: readonly Int32Array[], options: LineBatchesOptions) {
    const { batchSize, seed, endId } = options;
    requireOption("LineBatches, option endId", endId, isInteger(endId, 0), "the id of <EOS>");
    const empty = sequences.findIndex((sequence) => sequence.length === 0);
    if (sequences.length === 0 || empty >= 0) {
      throw new RecurraError("data", {
        where: "LineBatches",
        expected: "one sequence or more, none of them empty",
        got: sequences.length === 0 ? "none" : `an empty one at index ${empty}`,
      });
    }
    this.#sequences = sequences;
    this.#endId = endId;
    const lengths = sequences.map(({ length }) => length);
    this.#epochs = new BucketedEpochs(lengths, { batchSize, seed });
    this.batchesPerEpoch = this.#epochs.batchesPerEpoch;
  }

  /**
   * Batch k since the beginning of training; every `batchesPerEpoch` a new order begins.
   *
   * @throws option when k is no integer of at least 0.
   */
  batch(k: number): LineBatch {
    requireInteger("LineBatches.batch", k, 0);
    const epoch = this.#epochs.epochOf(k);
    const indices = this.#epochs.batch(k);
    const sequences = Array.from(indices, (index) => this.#sequences[index]!);
    return { ...lineBatch(sequences, this.#endId), indices, epoch };
  }
}
