import { RecurraError, shown } from "../core/errors.ts";
import { exactLog } from "../core/exact-log.ts";
import { requireInteger } from "../core/require-option.ts";
import { requireSome } from "../core/require-some.ts";
import { LARGEST_NGRAM_TRAINING, type NgramModel } from "./ngram-model.ts";
import { NgramTable } from "./ngram-table.ts";

/** Throws unless every id is from 0 to vocabularySize - 1 and there is at least one. */
export function checkTokens(where: string, ids: ArrayLike<number>, vocabularySize: number): void {
  requireSome(where, ids.length > 0, "at least one token");
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id >= 0 && id < vocabularySize && Number.isInteger(id)) continue;
    throw new RecurraError("data", {
      where: `${where}, token ${i}`,
      expected: `an id from 0 to ${vocabularySize - 1}`,
      got: shown(id),
    });
  }
}

/**
 * The n-grams of every length up to `order` of a running text, with how often each was seen and how many different tokens stood to its left.
 *
 * One pass; the n-grams that end at a token are found from those that end at the token before it, one look-up a length.
 * Only the first 5 million tokens are counted.
 */
export class NgramCounts {
  readonly vocabularySize: number;
  readonly order: number;
  /** As `[order + 1]`: the n-grams of length n at place n; place 0 is not used. */
  readonly tables: readonly NgramTable[];
  /** As `[order + 1]`: ids of the n-grams that end at the token scored last, -1 where it was never seen or the text is too short. */
  readonly #grams: Int32Array;
  /** As `[order]`: ids of the n-grams that end just before the token to score; place 0 is the empty one. */
  readonly #context: Int32Array;

  /** @throws option when a size is no positive integer; data when `train` is empty or an id is out of range. */
  constructor(train: Int32Array, vocabularySize: number, order: number) {
    requireInteger("n-gram model, vocabularySize", vocabularySize, 1);
    requireInteger("n-gram model, order", order, 1, 16);
    const counted = train.subarray(0, LARGEST_NGRAM_TRAINING);
    checkTokens("n-gram model, training text", counted, vocabularySize);
    this.vocabularySize = vocabularySize;
    this.order = order;
    this.tables = Array.from({ length: order + 1 }, () => new NgramTable());
    this.#grams = new Int32Array(order + 1);
    this.#context = new Int32Array(order);
    this.#count(counted);
  }

  #count(train: Int32Array): void {
    const { order, tables } = this;
    const ended = new Int32Array(order + 1).fill(-1); // [order + 1], the n-grams that end at the token before
    ended[0] = 0;
    for (let i = 0; i < train.length; i++) {
      const token = train[i]!;
      // Longest first, so that ended[n - 1] is still the one before; `added` is the n-gram one token longer.
      let addedNew = false;
      for (let n = order; n >= 1; n--) {
        const parent = ended[n - 1]!;
        if (parent < 0) continue;
        const table = tables[n]!;
        const size = table.size;
        const id = table.add(parent, token);
        if (addedNew) table.leftKinds[id]! += 1;
        addedNew = id === size;
        ended[n] = id;
      }
    }
  }

  /** Makes the context empty: before the first token of a text, or for another context. */
  begin(): void {
    this.#context.fill(-1);
    this.#context[0] = 0;
  }

  /** As `[order]`: the id of the last n tokens at place n, -1 where unknown. */
  get context(): Int32Array {
    return this.#context;
  }

  /** Finds the n-grams that end at a token after the present context: `[order + 1]`, -1 where never seen; overwritten by the next call. */
  look(token: number): Int32Array {
    const grams = this.#grams;
    for (let n = 1; n <= this.order; n++) {
      const parent = this.#context[n - 1]!;
      grams[n] = parent < 0 ? -1 : this.tables[n]!.find(parent, token);
    }
    return grams;
  }

  /** Appends the token looked up last to the context. */
  advance(): void {
    for (let n = 1; n < this.order; n++) this.#context[n] = this.#grams[n]!;
  }

  /** A model of these counts, from the probability of a token looked up in the present context. */
  model(name: string, ofLooked: () => number): NgramModel {
    const { order, vocabularySize } = this;
    return {
      name,
      order,
      vocabularySize,
      probability: (context, token) => {
        checkTokens("NgramModel.probability", [...Array.from(context), token], vocabularySize);
        this.begin();
        for (let i = Math.max(0, context.length - order + 1); i < context.length; i++) {
          this.look(context[i]!);
          this.advance();
        }
        this.look(token);
        return ofLooked();
      },
      bitsPerToken: (valid) => {
        checkTokens("NgramModel.bitsPerToken", valid, vocabularySize);
        this.begin();
        let nats = 0;
        for (const token of valid) {
          this.look(token);
          nats -= exactLog(ofLooked());
          this.advance();
        }
        return (nats / valid.length) * Math.LOG2E;
      },
    };
  }

  /** As `[order + 1]`: the n-grams that `look` found last. */
  get grams(): Int32Array {
    return this.#grams;
  }
}
