/** Whole numbers in engine memory: token ids, classes, row numbers. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";

/** A list of row numbers in an engine's arena: one-hot inputs, targets, permutations. */
export class Indices {
  readonly engine: Engine;
  readonly count: number;
  /** One more than the largest number allowed. */
  readonly limit: number;
  readonly #offset: number;
  readonly #epoch: number;

  private constructor(engine: Engine, offset: number, count: number, limit: number) {
    this.engine = engine;
    this.#offset = offset;
    this.#epoch = engine.arena.epoch;
    this.count = count;
    this.limit = limit;
  }

  /**
   * Where the numbers stand, in elements.
   *
   * @throws shape after the step that made them has ended.
   */
  get offset(): number {
    if (this.engine.arena.epoch !== this.#epoch) {
      throw new RecurraError("shape", {
        where: `Indices [${this.count}]`,
        expected: "indices of the running step",
        got: "some of a step that has ended",
        hint: "Make them anew in each step.",
      });
    }
    return this.#offset;
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

  /** Some of the numbers, as a list of their own over the same memory. */
  slice(start: number, end: number): Indices {
    return new Indices(this.engine, this.offset + start, end - start, this.limit);
  }
}
