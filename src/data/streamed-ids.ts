import type { Vocabulary } from "./encoders/vocabulary.ts";
import type { TextBlocks } from "./text-blocks.ts";
import type { TokenCursor, TokenIds } from "./token-ids.ts";

/** The ids of a text that stays in its file; each cursor holds those of one block. */
export class StreamedIds implements TokenIds {
  readonly #text: TextBlocks;
  readonly #vocabulary: Vocabulary;

  constructor(text: TextBlocks, vocabulary: Vocabulary) {
    this.#text = text;
    this.#vocabulary = vocabulary;
  }

  get length(): number {
    return this.#text.length;
  }

  first(count: number): Int32Array {
    const ids = new Int32Array(Math.min(count, this.length));
    this.cursor().read(0, ids);
    return ids;
  }

  cursor(): TokenCursor {
    const text = this.#text;
    const vocabulary = this.#vocabulary;
    let held = -1;
    let ids: Int32Array = new Int32Array();
    return {
      read(start, into) {
        for (let done = 0; done < into.length; ) {
          const { block, within } = text.placeOf(start + done);
          if (block !== held) {
            ids = vocabulary.encode(text.block(block));
            held = block;
          }
          const part = ids.subarray(within, within + into.length - done);
          into.set(part, done);
          done += part.length;
        }
      },
    };
  }
}
