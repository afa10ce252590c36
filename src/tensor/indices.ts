/** Whole numbers in engine memory: token ids, classes, row numbers. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";

/** A list of row numbers in an engine's arena: one-hot inputs, targets, permutations. */
export class Indices {
  readonly engine: Engine;
  readonly offset: number;
  readonly count: number;
  /** One more than the largest number allowed. */
  readonly limit: number;

  private constructor(engine: Engine, offset: number, count: number, limit: number) {
    this.engine = engine;
    this.offset = offset;
    this.count = count;
    this.limit = limit;
  }

  /**
   * Copies whole numbers in.
   *
   * @param limit one more than the largest number allowed, such as the size of the vocabulary.
   * @throws data when a number is below 0, not whole, or not below the limit.
   */
  static from(engine: Engine, values: ArrayLike<number>, limit: number): Indices {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!(value >= 0 && value < limit && Number.isInteger(value))) {
        throw new RecurraError("data", {
          where: `indices[${i}]`,
          expected: `a whole number from 0 to ${limit - 1}`,
          got: String(value),
        });
      }
    }
    const offset = engine.arena.allocate(values.length);
    engine.writeIndices(offset, values);
    return new Indices(engine, offset, values.length, limit);
  }

  /** The numbers at the given places, as a list of their own. */
  select(places: ArrayLike<number>): Indices {
    const values = this.engine.readIndices(this.offset, this.count);
    return Indices.from(
      this.engine,
      Int32Array.from(places, (place) => values[place]!),
      this.limit,
    );
  }

  /** Some of the numbers, as a list of their own over the same memory. */
  slice(start: number, end: number): Indices {
    return new Indices(this.engine, this.offset + start, end - start, this.limit);
  }
}
