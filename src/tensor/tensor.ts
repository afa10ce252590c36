/** A matrix of numbers in engine memory, gone when the step that made it ends. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";

/**
 * Rows of numbers in an engine's arena, with the place of their gradient.
 *
 * Nobody frees a tensor: it lives until the step that made it ends, and reading it later throws. To keep its numbers,
 * copy them out with `toArray()` inside the step.
 */
export class Tensor {
  readonly engine: Engine;
  /** [rows, columns]; a row is one step of one sequence, or one sequence. */
  readonly rows: number;
  readonly columns: number;
  /** Whether a gradient is to reach this tensor. */
  readonly tracked: boolean;
  readonly #offset: number;
  readonly #epoch: number;
  #gradient: number | undefined;

  constructor(engine: Engine, rows: number, columns: number, offset: number, tracked: boolean) {
    this.engine = engine;
    this.rows = rows;
    this.columns = columns;
    this.#offset = offset;
    this.#epoch = engine.arena.epoch;
    this.tracked = tracked;
  }

  /** Allocates in the engine's arena; the content is whatever was there. */
  static allocate(engine: Engine, rows: number, columns: number, tracked = false): Tensor {
    return new Tensor(engine, rows, columns, engine.arena.allocate(rows * columns), tracked);
  }

  /** Copies numbers, row by row, into the engine's arena. */
  static from(engine: Engine, rows: number, columns: number, values: ArrayLike<number>, tracked = false): Tensor {
    if (values.length !== rows * columns) {
      throw new RecurraError("shape", {
        where: "Tensor.from",
        expected: `${rows * columns} values for [${rows}, ${columns}]`,
        got: `${values.length}`,
      });
    }
    const tensor = Tensor.allocate(engine, rows, columns, tracked);
    engine.write(tensor.offset, values);
    return tensor;
  }

  /** Elements in all. */
  get size(): number {
    return this.rows * this.columns;
  }

  /**
   * Where the tensor stands, in elements.
   *
   * @throws shape after the step that made it has ended.
   */
  get offset(): number {
    this.#requireRunningStep();
    return this.#offset;
  }

  #requireRunningStep(): void {
    if (this.engine.arena.epoch !== this.#epoch) {
      throw new RecurraError("shape", {
        where: `Tensor [${this.rows}, ${this.columns}]`,
        expected: "a tensor of the running step",
        got: "one of a step that has ended",
        hint: "Copy numbers out with toArray() before the step ends.",
      });
    }
  }

  /** A copy of the numbers, row by row. */
  toArray(): Float32Array | Float64Array {
    return this.engine.read(this.offset, this.size);
  }

  /** The single number of a [1, 1] tensor, such as a loss. */
  item(): number {
    return this.engine.read(this.offset, 1)[0]!;
  }

  /** Where the gradient stands; undefined while nothing has reached it. */
  get gradientOffset(): number | undefined {
    this.#requireRunningStep();
    return this.#gradient;
  }

  /** A copy of the gradient; zeros where nothing reached it. */
  gradient(): Float32Array | Float64Array {
    return this.engine.read(this.gradientOffset ?? this.engine.zeros(this.size), this.size);
  }

  /**
   * The place to add a gradient to. On the first call the place is new: `fresh` is true and its content is undefined,
   * so the caller overwrites it; later callers add.
   */
  gradientTarget(): { readonly offset: number; readonly fresh: boolean } {
    this.#requireRunningStep();
    if (this.#gradient !== undefined) return { offset: this.#gradient, fresh: false };
    this.#gradient = this.engine.arena.allocate(this.size);
    return { offset: this.#gradient, fresh: true };
  }

  /** The place to add a gradient to, zeroed on the first call. */
  gradientSum(): number {
    const { offset, fresh } = this.gradientTarget();
    if (fresh) this.engine.fill(offset, this.size, 0);
    return offset;
  }
}
