/** Pairs of sequences in batches of like lengths. */
import { Packing } from "../core/packing.ts";
import { bucketedBatches } from "../data/bucketed-batches.ts";

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

/** Rows of sequences, whatever their lengths. */
export function packSequences(sequences: readonly Int32Array[]): {
  readonly packing: Packing;
  readonly ids: Int32Array;
} {
  const packing = new Packing(sequences.map((sequence) => sequence.length));
  const ids = new Int32Array(packing.rows);
  packing.order.forEach((b, rank) => {
    sequences[b]!.forEach((id, t) => {
      ids[packing.rowOf(t, rank)] = id;
    });
  });
  return { packing, ids };
}

/** Batches of pairs, each pair once an epoch; batch k is a pure function of the pairs, the options and k. */
export class TranslatorBatches {
  readonly batchesPerEpoch: number;
  readonly #pairs: readonly EncodedPair[];
  readonly #lengths: Int32Array;
  readonly #options: TranslatorBatchesOptions;
  #shared: { readonly epoch: number; readonly batches: readonly Int32Array[] };

  constructor(pairs: readonly EncodedPair[], options: TranslatorBatchesOptions) {
    this.#pairs = pairs;
    this.#options = options;
    // a step of either side costs much the same
    this.#lengths = Int32Array.from(pairs, ({ source, target }) => source.length + target.length);
    this.#shared = { epoch: 0, batches: this.#share(0) };
    this.batchesPerEpoch = this.#shared.batches.length;
  }

  #share(epoch: number): Int32Array[] {
    const { batchSize, seed } = this.#options;
    return bucketedBatches(this.#lengths, { batchSize, seed, epoch });
  }

  /** Batch k since the beginning of training; every `batchesPerEpoch` a new order begins. */
  batch(k: number): TranslatorBatch {
    const epoch = Math.floor(k / this.batchesPerEpoch);
    if (epoch !== this.#shared.epoch) this.#shared = { epoch, batches: this.#share(epoch) };
    const indices = this.#shared.batches[k % this.batchesPerEpoch]!;
    return batchOf(
      Array.from(indices, (index) => this.#pairs[index]!),
      this.#options.endId,
    );
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
