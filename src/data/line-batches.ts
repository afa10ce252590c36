import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { Packing } from "../core/packing.ts";
import { BucketedEpochs } from "./bucketed-epochs.ts";

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
export interface LineBatch {
  /** Where each sequence's steps stand: row `packing.rowOf(t, rank)` is step t. */
  readonly packing: Packing;
  /** As `[rows]`: <EOS> at step 0, then the token before each target. */
  readonly inputs: Int32Array;
  /** As `[rows]`: the tokens of the sequences, <EOS> last. */
  readonly targets: Int32Array;
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
  readonly #lengths: Int32Array;
  readonly #endId: number;
  readonly #epochs: BucketedEpochs;

  /** @param sequences as `encodeLines` gives them, each ended by <EOS>; kept, not copied. */
  constructor(sequences: readonly Int32Array[], options: LineBatchesOptions) {
    const { batchSize, seed, endId } = options;
    if (!isInteger(endId, 0)) {
      throw new RecurraError("option", {
        where: "LineBatches, option endId",
        expected: "the id of <EOS>",
        got: shown(endId),
      });
    }
    const empty = sequences.findIndex((sequence) => sequence.length === 0);
    if (sequences.length === 0 || empty >= 0) {
      throw new RecurraError("data", {
        where: "LineBatches",
        expected: "one sequence or more, none of them empty",
        got: sequences.length === 0 ? "none" : `an empty one at index ${empty}`,
      });
    }
    this.#sequences = sequences;
    this.#lengths = Int32Array.from(sequences, (sequence) => sequence.length);
    this.#endId = endId;
    this.#epochs = new BucketedEpochs(this.#lengths, { batchSize, seed });
    this.batchesPerEpoch = this.#epochs.batchesPerEpoch;
  }

  /**
   * Batch k since the beginning of training; every `batchesPerEpoch` a new order begins.
   *
   * @throws option when k is no integer of at least 0.
   */
  batch(k: number): LineBatch {
    if (!isInteger(k, 0)) {
      throw new RecurraError("option", {
        where: "LineBatches.batch",
        expected: "an integer of at least 0",
        got: shown(k),
      });
    }
    const endId = this.#endId;
    const epoch = this.#epochs.epochOf(k);
    const indices = this.#epochs.batch(k);
    const packing = new Packing(Array.from(indices, (index) => this.#lengths[index]!));
    const inputs = new Int32Array(packing.rows);
    const targets = new Int32Array(packing.rows);
    packing.forEachRow((row, b, t) => {
      const sequence = this.#sequences[indices[b]!]!;
      inputs[row] = t === 0 ? endId : sequence[t - 1]!;
      targets[row] = sequence[t]!;
    });
    return { packing, inputs, targets, indices, epoch };
  }
}
