import { getOrMake } from "../core/get-or-make.ts";
import type { Packing } from "../core/packing.ts";
import type { WordLetters } from "../layers/character-encoder.ts";

/**
 * The words of sequences side by side, each distinct one once, as a character encoder reads them.
 *
 * @param sequences for each step of each sequence, the ids of its letters.
 */
export function packLetters(sequences: readonly (readonly Int32Array[])[], packing: Packing): WordLetters {
  const wordOf = new Int32Array(packing.rows);
  const letters: Int32Array[] = [];
  const places = new Map<string, number>();
  packing.order.forEach((b, rank) => {
    sequences[b]!.forEach((word, t) => {
      wordOf[packing.rowOf(t, rank)] = getOrMake(places, word.join(), () => letters.push(word) - 1);
    });
  });
  return { letters, wordOf };
}
