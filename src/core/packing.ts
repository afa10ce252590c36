/** Where the real steps of a batch of sequences of unequal lengths stand in memory. */
import { RecurraError, shown } from "./errors.ts";

/**
 * The row layout of a batch: time-major, sequences sorted by length, no padding.
 *
 * Step t holds one row for each sequence that is still running, longest first, so that the active rows of a step are
 * a prefix of those of the step before and kernels need no mask. Row `offsets[t] + rank` is x⟨t⟩ of the sequence whose
 * place in the sorted order is `rank`; sequences of equal length keep their order, so a full batch is simply `[T][B]`.
 *
 * @example
 * ```ts
 * import { Packing } from "recurra";
 * const packing = new Packing([2, 3]); // two sequences, of 2 and 3 steps
 * packing.rows; // 5
 * packing.active; // Int32Array [2, 2, 1]
 * packing.order; // Int32Array [1, 0]: the longer one first
 * ```
 */
export class Packing {
  /** B: the sequences of the batch. */
  readonly batchSize: number;
  /** Tx: steps of the longest sequence. */
  readonly steps: number;
  /** Steps of each sequence, in the caller's order. */
  readonly lengths: Int32Array;
  /** The caller's index of each sequence in sorted order. */
  readonly order: Int32Array;
  /** Sequences still running at each step. */
  readonly active: Int32Array;
  /** First row of each step; the last entry is the number of rows. */
  readonly offsets: Int32Array;
  /** All sequences have the same length. */
  readonly uniform: boolean;
  #reversal: Int32Array | undefined;
  #previous: Int32Array | undefined;

  /** @throws shape when a length is no integer of 0 or more. */
  constructor(lengths: ArrayLike<number>) {
    this.batchSize = lengths.length;
    this.lengths = Int32Array.from(lengths);
    this.steps = 0;
    for (let b = 0; b < lengths.length; b++) {
      const length = lengths[b]!;
      if (!Number.isInteger(length) || length < 0) {
        throw new RecurraError("shape", {
          where: `lengths[${b}]`,
          expected: "an integer of 0 or more",
          got: shown(length),
        });
      }
      this.steps = Math.max(this.steps, length);
    }
    // Array.prototype.sort is stable: equal lengths keep their order
    const order = Array.from(this.lengths.keys()).sort((a, b) => this.lengths[b]! - this.lengths[a]!);
    this.order = Int32Array.from(order);
    this.active = new Int32Array(this.steps);
    for (const length of this.lengths) if (length > 0) this.active[length - 1]!++;
    for (let t = this.steps - 2; t >= 0; t--) this.active[t]! += this.active[t + 1]!;
    this.offsets = new Int32Array(this.steps + 1);
    for (let t = 0; t < this.steps; t++) this.offsets[t + 1] = this.offsets[t]! + this.active[t]!;
    this.uniform = this.lengths.every((length) => length === this.steps);
  }

  /** The layout of `batchSize` sequences of `steps` steps each. */
  static uniform(batchSize: number, steps: number): Packing {
    return new Packing(new Int32Array(batchSize).fill(steps));
  }

  /** Rows in all: the sum of the lengths. */
  get rows(): number {
    return this.offsets[this.steps]!;
  }

  /** The row of x⟨t⟩ of the sequence at place `rank` of the sorted order. */
  rowOf(t: number, rank: number): number {
    return this.offsets[t]! + rank;
  }

  /**
   * Visits every row, sequence after sequence in sorted order, each in the order of its steps.
   *
   * @param visit takes the row of x⟨t⟩ of sequence b in the caller's order, and its place in the sorted order.
   * @example
   * ```ts
   * import { Packing } from "recurra";
   * const packing = new Packing([2, 3]);
   * packing.forEachRow((row, b, t) => console.log(`row ${row}: step ${t} of sequence ${b}`));
   * ```
   */
  forEachRow(visit: (row: number, b: number, t: number, rank: number) => void): void {
    this.order.forEach((b, rank) => {
      for (let t = 0; t < this.lengths[b]!; t++) visit(this.rowOf(t, rank), b, t, rank);
    });
  }

  /** For each row, the row that stands at its place when every sequence runs backwards; its own inverse. */
  get reversal(): Int32Array {
    if (this.#reversal === undefined) {
      const reversal = new Int32Array(this.rows);
      this.forEachRow((row, b, t, rank) => {
        reversal[row] = this.rowOf(this.lengths[b]! - 1 - t, rank);
      });
      this.#reversal = reversal;
    }
    return this.#reversal;
  }

  /** For each row, where its previous state stands in a buffer that begins with the B initial states. */
  get previous(): Int32Array {
    if (this.#previous === undefined) {
      const previous = new Int32Array(this.rows);
      this.forEachRow((row, _b, t, rank) => {
        previous[row] = t === 0 ? rank : this.batchSize + this.rowOf(t - 1, rank);
      });
      this.#previous = previous;
    }
    return this.#previous;
  }

  /** For each sequence in the caller's order, where its last state stands in a buffer that begins with the initial ones. */
  lastRows(): Int32Array {
    const last = new Int32Array(this.batchSize);
    this.order.forEach((b, rank) => {
      const length = this.lengths[b]!;
      last[b] = length === 0 ? rank : this.batchSize + this.rowOf(length - 1, rank);
    });
    return last;
  }

  /** For each row, its place in a padded batch-first array [B, Tx]. */
  batchFirstIndices(): Int32Array {
    const indices = new Int32Array(this.rows);
    this.forEachRow((row, b, t) => {
      indices[row] = b * this.steps + t;
    });
    return indices;
  }

  /** The rows of the sequences laid end to end, in the caller's order and each in the order of its steps. */
  sequenceRows(): Int32Array {
    const rankOf = new Int32Array(this.batchSize);
    this.order.forEach((b, rank) => {
      rankOf[b] = rank;
    });
    const rows = new Int32Array(this.rows);
    let place = 0;
    this.lengths.forEach((length, b) => {
      for (let t = 0; t < length; t++) rows[place++] = this.rowOf(t, rankOf[b]!);
    });
    return rows;
  }

  /**
   * Takes the real steps out of a padded batch.
   *
   * @param values as [B, Tx, columns], batch first; what stands in padded steps does not matter.
   * @returns the rows of this packing, [rows, columns].
   * @throws shape when there are not B · Tx · columns values.
   */
  pack(values: ArrayLike<number>, columns: number): Float64Array {
    const expected = this.batchSize * this.steps * columns;
    if (values.length !== expected) {
      throw new RecurraError("shape", {
        where: "Packing.pack(values)",
        expected: `[${this.batchSize}, ${this.steps}, ${columns}], ${expected} values`,
        got: `${values.length}`,
      });
    }
    const rows = new Float64Array(this.rows * columns);
    this.batchFirstIndices().forEach((from, row) => {
      for (let j = 0; j < columns; j++) rows[row * columns + j] = values[from * columns + j]!;
    });
    return rows;
  }

  /**
   * Puts rows back into a padded batch; padded steps are 0.
   *
   * @param rows as [rows, columns].
   * @returns [B, Tx, columns], batch first.
   */
  unpack(rows: ArrayLike<number>, columns: number): Float64Array {
    const values = new Float64Array(this.batchSize * this.steps * columns);
    this.batchFirstIndices().forEach((to, row) => {
      for (let j = 0; j < columns; j++) values[to * columns + j] = rows[row * columns + j]!;
    });
    return values;
  }
}
