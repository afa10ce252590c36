import { countsOf } from "../core/counts-of.ts";
import { ngramsOf } from "./ngrams-of.ts";

/**
 * Finds among known token sequences the one that shares most n-grams with another: the naive baseline of whatever turns
 * one sequence into another.
 *
 *     similarity(x, y) = 2 |x ∩ y| / (|x| + |y|),  n-grams of 1 to `longest` tokens, each counted as often as it stands
 *
 * Source: Dice 1945, the coefficient.
 * @example
 * ```ts
 * const neighbours = new NgramNeighbour([[..."3 May 1979"], [..."1 June 1980"]], 3);
 * neighbours.nearest([..."4 May 1979"]); // 0
 * ```
 */
export class NgramNeighbour {
  readonly #longest: number;
  /** For each n-gram, the known sequences that have it, each followed by how often. */
  readonly #known = new Map<string, number[]>();
  /** n-grams of each known sequence. */
  readonly #sizes: Int32Array;

  /** @param known sequences to choose from, at least one. */
  constructor(known: readonly (readonly string[])[], longest = 3) {
    this.#longest = longest;
    this.#sizes = new Int32Array(known.length);
    known.forEach((tokens, i) => {
      for (const [ngram, count] of this.#count(tokens)) {
        this.#sizes[i]! += count;
        const places = this.#known.get(ngram);
        if (places === undefined) this.#known.set(ngram, [i, count]);
        else places.push(i, count);
      }
    });
  }

  #count(tokens: readonly string[]): Map<string, number> {
    return countsOf(Array.from({ length: this.#longest }, (_, i) => ngramsOf(tokens, i + 1)).flat());
  }

  /** The index of the most similar known sequence, the first of equals. */
  nearest(tokens: readonly string[]): number {
    const shared = new Int32Array(this.#sizes.length);
    let size = 0;
    for (const [ngram, count] of this.#count(tokens)) {
      size += count;
      const places = this.#known.get(ngram) ?? [];
      for (let p = 0; p < places.length; p += 2) shared[places[p]!]! += Math.min(count, places[p + 1]!);
    }
    let nearest = 0;
    const similarity = (i: number): number => (2 * shared[i]!) / Math.max(1, size + this.#sizes[i]!);
    for (let i = 1; i < shared.length; i++) if (similarity(i) > similarity(nearest)) nearest = i;
    return nearest;
  }
}
