/** Pairs of sequences side by side. */
import type { Packing } from "../core/packing.ts";
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

/** @param endId the id of <EOS>, which is the decoder's first input and last target. */
export function translatorBatch(pairs: readonly EncodedPair[], endId: number): TranslatorBatch {
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
