/** Sequences of tokens side by side, in batches of like lengths. */
import { Packing } from "../core/packing.ts";
import type { Random } from "../core/random.ts";
import { WORD_SHAPE_FEATURES } from "../data/encoders/word-shape.ts";
import { packLetters } from "../data/pack-letters.ts";
import type { WordLetters } from "../layers/character-encoder.ts";
import type { Bags } from "../layers/index.ts";
import type { EncodedTokens } from "./tagger-encoder.ts";

/** Counters of one update, of one sequence and of one step, for the lots of what is dropped. */
const [SEQUENCES, STEPS, FEATURES] = [2 ** 13, 2 ** 12, 2 ** 7];

/** Sequences side by side, as rows of their packing. */
export interface TaggerBatch extends WordLetters {
  readonly packing: Packing;
  readonly words: Int32Array;
  readonly suffixes: Int32Array;
  readonly shapes: Float32Array;
  /** The features of each row; undefined where none are read. */
  readonly features: Bags | undefined;
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
  packing.forEachRow((row, b, t) => {
    const sequence = sequences[b]!;
    words[row] = sequence.words[t]!;
    if (!hasShapes) return;
    suffixes[row] = sequence.suffixes[t]!;
    for (let j = 0; j < F; j++) shapes[row * F + j] = sequence.shapes[t * F + j]!;
  });
  const own = packLetters(hasLetters ? sequences.map(({ letters }) => letters) : sequences.map(() => []), packing);
  return { packing, words, suffixes, shapes, features: featureBags(sequences, packing), ...own };
}

/** Words written as <UNK> by lot, so that a model learns to meet unseen ones; a lot depends on update, sequence and step alone. */
export function dropWords(words: Int32Array, packing: Packing, rate: number, random: Random, step: number): Int32Array {
  if (rate === 0) return words;
  const kept = words.slice();
  packing.forEachRow((row, b, t) => {
    if (random.uniform((step * SEQUENCES + b) * STEPS + t) < rate) kept[row] = 0;
  });
  return kept;
}

/** The features of sequences, row after row. */
function featureBags(sequences: readonly EncodedTokens[], packing: Packing): Bags | undefined {
  if (sequences.every(({ features }) => features.length === 0)) return undefined;
  const counts = sequences.flatMap(({ features }) => features.map(({ length }) => length));
  const size = counts.reduce((sum, count) => sum + count, 0);
  const [ids, rowOf] = [new Int32Array(size), new Int32Array(size)];
  let at = 0;
  packing.forEachRow((row, b, t) => {
    const own = sequences[b]!.features[t]!;
    ids.set(own, at);
    rowOf.fill(row, at, at + own.length);
    at += own.length;
  });
  return { ids, rowOf, scale: 1 };
}

/** Features left out by lot, the others counting for them; a lot depends on update, sequence, step and place in the step alone. */
export function dropFeatures(
  { features, packing }: TaggerBatch,
  rate: number,
  random: Random,
  step: number,
): Bags | undefined {
  if (features === undefined || rate === 0) return features;
  const kept: number[] = [];
  let at = 0;
  packing.forEachRow((row, b, t) => {
    for (let place = 0; features.rowOf[at] === row; place++, at++) {
      const counter = ((step * SEQUENCES + b) * STEPS + t) * FEATURES + place;
      if (random.uniform(counter) >= rate) kept.push(at);
    }
  });
  const chosen = (of: Int32Array): Int32Array => Int32Array.from(kept, (k) => of[k]!);
  return { ids: chosen(features.ids), rowOf: chosen(features.rowOf), scale: 1 / (1 - rate) };
}
