/** Pairs of sequences in batches of like lengths. */
import type { Packing } from "../core/packing.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { packSequences } from "../data/pack-sequences.ts";

/** Pairs as rows: the source's steps, and the target's with what stands before each. */
export interface TranslatorBatch {
  readonly sourcePacking: Packing;
  /** As `[rows of the source]`. */
  readonly sourceIds: Int32Array;
  readonly targetPacking: Packing;
  /** As `[rows of the target]`: <EOS> at step 0, then the token before each target. */
  readonly inputIds: Int32Array;
  /** As `[rows of the target]`, <EOS> last. */
  readonly targetIds: Int32Array;
}

/** The ids of a pair, without <EOS>. */
export interface EncodedPair {
  readonly source: Int32Array;
  readonly target: Int32Array;
}

export interface TranslatorBatchesOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** The id of <EOS>, which is the decoder's first input and last target. */
  readonly endId: number;
}

/** Batches of pairs, each pair once an epoch; batch k is a pure function of the pairs, the options and k. */
export class TranslatorBatches {
  readonly batchesPerEpoch: number;
  readonly #pairs: readonly EncodedPair[];
  readonly #endId: number;
  readonly #epochs: BucketedEpochs;

  constructor(pairs: readonly EncodedPair[], options: TranslatorBatchesOptions) {
    this.#pairs = pairs;
    const { batchSize, seed, endId } = options;
    this.#endId = endId;
    // a step of either side costs much the same
    const lengths = pairs.map(({ source, target }) => source.length + target.length);
    this.#epochs = new BucketedEpochs(lengths, { batchSize, seed });
    this.batchesPerEpoch = this.#epochs.batchesPerEpoch;
  }

  /** Batch k since the beginning of training; every `batchesPerEpoch` a new order begins. */
  batch(k: number): TranslatorBatch {
    const pairs = Array.from(this.#epochs.batch(k), (index) => this.#pairs[index]!);
    return batchOf(pairs, this.#endId);
  }
}

/** One batch of these pairs. */
export function batchOf(pairs: readonly EncodedPair[], endId: number): TranslatorBatch {
  const source = packSequences(pairs.map((pair) => pair.source));
  const target = packSequences(pairs.map((pair) => Int32Array.from([...pair.target, endId])));
  const input = packSequences(pairs.map((pair) => Int32Array.from([endId, ...pair.target])));
  return {
    sourcePacking: source.packing,
    sourceIds: source.ids,
    targetPacking: target.packing,
    inputIds: input.ids,
    targetIds: target.ids,
  };
}
