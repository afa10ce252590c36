/** Sequences of tokens side by side, in batches of like lengths. */
import { Packing } from "../core/packing.ts";
import type { Random } from "../core/random.ts";
import { WORD_SHAPE_FEATURES } from "../data/encoders/word-shape.ts";
import { packLetters } from "../data/pack-letters.ts";
import type { WordLetters } from "../layers/character-encoder.ts";
import type { EncodedTokens } from "./tagger-encoder.ts";

/** Counters of one update and of one sequence, for the lots of dropped words. */
const [SEQUENCES, STEPS] = [2 ** 13, 2 ** 12];

/** Sequences side by side, as rows of their packing. */
export interface TaggerBatch extends WordLetters {
  readonly packing: Packing;
  readonly words: Int32Array;
  readonly suffixes: Int32Array;
  readonly shapes: Float32Array;
}

/** Lays sequences out for the network; each distinct word's letters stand once. */
export function taggerBatch(sequences: readonly EncodedTokens[]): TaggerBatch {
  const packing = new Packing(sequences.map(({ words }) => words.length));
  const { rows } = packing;
  const words = new Int32Array(rows);
  const hasLetters = sequences.some(({ letters }) => letters.length > 0);
  const hasShapes = sequences.some(({ suffixes }) => suffixes.length > 0);
  const F = WORD_SHAPE_FEATURES.length;
  const suffixes = new Int32Array(hasShapes ? rows : 0);
  const shapes = new Float32Array(hasShapes ? rows * F : 0);
  packing.order.forEach((b, rank) => {
    const sequence = sequences[b]!;
    for (let t = 0; t < sequence.words.length; t++) {
      const row = packing.rowOf(t, rank);
      words[row] = sequence.words[t]!;
      if (hasShapes) {
        suffixes[row] = sequence.suffixes[t]!;
        for (let j = 0; j < F; j++) shapes[row * F + j] = sequence.shapes[t * F + j]!;
      }
    }
  });
  const own = packLetters(hasLetters ? sequences.map(({ letters }) => letters) : sequences.map(() => []), packing);
  return { packing, words, suffixes, shapes, ...own };
}

/** Words written as <UNK> by lot, so that a model learns to meet unseen ones; a lot depends on update, sequence and step alone. */
export function dropWords(words: Int32Array, packing: Packing, rate: number, random: Random, step: number): Int32Array {
  if (rate === 0) return words;
  const kept = words.slice();
  packing.order.forEach((b, rank) => {
    for (let t = 0; t < packing.lengths[b]!; t++) {
      if (random.uniform((step * SEQUENCES + b) * STEPS + t) < rate) kept[packing.rowOf(t, rank)] = 0;
    }
  });
  return kept;
}
