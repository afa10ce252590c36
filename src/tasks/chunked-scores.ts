/** The scores of steps that arrive in pieces, by a network that reads both ways: in chunks, each with steps around it. */
import { joined } from "../core/joined.ts";
import { requireInteger } from "../core/require-option.ts";
import { SavedFields } from "../core/saved-fields.ts";
import type { StepScores } from "./transcriber-session.ts";

export interface Chunks {
  /** Steps that are scored at once. */
  readonly chunk: number;
  /** Steps that are read before and behind a chunk; default 20. */
  readonly lookAhead?: number | undefined;
}

/** Where it stands, as plain numbers. */
export interface ChunkedScoresJson {
  /** Steps that chunks to come are read with, a number after the other. */
  readonly kept: readonly number[];
  /** How many of them lie before the next chunk. */
  readonly before: number;
}

/** Steps around a chunk where nothing is said: 0.4 seconds of 20 ms. */
export const LOOK_AHEAD = 20;

/**
 * Scores each chunk in a run of its own over the chunk and `lookAhead` steps on both sides of it, as far as there are any.
 *
 * No step waits for more than a chunk and its look-ahead, and no more than that and the steps before it are kept. With a
 * look-ahead as long as the sequence, scores are those of the whole.
 */
export class ChunkedScores implements StepScores {
  readonly #scores: (input: Float32Array) => Float32Array;
  readonly #inputSize: number;
  readonly #chunk: number;
  readonly #lookAhead: number;
  #kept: Float32Array;
  #before: number;

  /**
   * @param scores of a run over steps, `[steps, inputSize]` to `[steps, classes]`.
   * @param json where an earlier one stood, as its `toJSON` gave it.
   * @throws option when a number of steps is none; file-format when the JSON is of another network.
   */
  constructor(
    scores: (input: Float32Array) => Float32Array,
    inputSize: number,
    { chunk, lookAhead = LOOK_AHEAD }: Chunks,
    json: ChunkedScoresJson = { kept: [], before: 0 },
  ) {
    requireInteger("option chunk", chunk, 1);
    requireInteger("option lookAhead", lookAhead, 0);
    const fields = new SavedFields(json, "session, scores");
    this.#scores = scores;
    this.#inputSize = inputSize;
    this.#chunk = chunk;
    this.#lookAhead = lookAhead;
    this.#kept = fields.numbers("kept", (count) => count % inputSize === 0, `steps of ${inputSize} numbers`);
    this.#before = fields.integer("before", 0, this.#kept.length / inputSize);
  }

  push(input: Float32Array): Float32Array {
    this.#kept = joined([this.#kept, input]);
    return this.#score(this.#chunk + this.#lookAhead);
  }

  end(): Float32Array {
    return this.#score(1);
  }

  /** The scores of chunks as long as there are so many steps from the start of the next one on. */
  #score(needed: number): Float32Array {
    const all: Float32Array[] = [];
    while (this.#kept.length / this.#inputSize - this.#before >= needed) all.push(this.#next());
    return joined(all);
  }

  #next(): Float32Array {
    const size = this.#inputSize;
    const steps = this.#kept.length / size;
    const end = Math.min(this.#before + this.#chunk, steps);
    const seen = Math.min(end + this.#lookAhead, steps);
    const scores = this.#scores(this.#kept.subarray(0, seen * size));
    const classes = scores.length / seen;
    const own = scores.slice(this.#before * classes, end * classes);
    this.#before = Math.min(this.#lookAhead, end);
    this.#kept = this.#kept.slice((end - this.#before) * size);
    return own;
  }

  toJSON(): ChunkedScoresJson {
    return { kept: [...this.#kept], before: this.#before };
  }
}
