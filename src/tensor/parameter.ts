/** A trained matrix in engine memory, with its gradient and its packed copies. */
import type { Engine } from "../engine/engine.ts";

/** Where a parameter's numbers stand in one engine. */
interface Storage {
  readonly engine: Engine;
  readonly value: number;
  readonly gradient: number;
  /** Packed copies of column ranges by form, each with the version it was packed from. */
  readonly packed: Map<string, { readonly offset: number; version: number }>;
}

function release(storage: Storage): void {
  storage.engine.heap.free(storage.value);
  storage.engine.heap.free(storage.gradient);
  for (const { offset } of storage.packed.values()) storage.engine.heap.free(offset);
}

/** Frees the memory of parameters that nobody holds any more: users never free. */
const collected = new FinalizationRegistry<{ storage: Storage }>((held) => release(held.storage));

/**
 * A trained matrix [rows, columns], or a vector with one row.
 *
 * Its numbers live on the engine's heap. `moveTo` takes them to another engine, which is how a whole model runs in the
 * float64 reference: a layer names its parameters and never its engine.
 */
export class Parameter {
  /** Unique within a model: `rnn.0.weight_a`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Weight decay leaves vectors such as biases alone. */
  readonly decays: boolean;
  readonly #held: { storage: Storage };
  #version = 0;

  constructor(
    engine: Engine,
    name: string,
    rows: number,
    columns: number,
    values: ArrayLike<number>,
    options: { readonly decays?: boolean } = {},
  ) {
    this.name = name;
    this.rows = rows;
    this.columns = columns;
    this.decays = options.decays ?? rows > 1;
    this.#held = { storage: this.#allocate(engine, values) };
    collected.register(this, this.#held);
  }

  #allocate(engine: Engine, values: ArrayLike<number>): Storage {
    const value = engine.heap.allocate(this.size);
    const gradient = engine.heap.allocate(this.size);
    engine.write(value, values);
    engine.fill(gradient, this.size, 0);
    return { engine, value, gradient, packed: new Map() };
  }

  get engine(): Engine {
    return this.#held.storage.engine;
  }
  /** Elements in all. */
  get size(): number {
    return this.rows * this.columns;
  }
  /** Where the numbers stand; whoever writes them calls `touch`. */
  get offset(): number {
    return this.#held.storage.value;
  }
  /** Where the gradient stands; backward passes add to it, `zeroGradient` clears it. */
  get gradientOffset(): number {
    return this.#held.storage.gradient;
  }

  /** Counts the changes of the numbers. */
  get version(): number {
    return this.#version;
  }

  /** Says that the numbers have changed: packed copies are stale. */
  touch(): void {
    this.#version++;
  }

  /** Copies new numbers in. */
  assign(values: ArrayLike<number>): void {
    this.engine.write(this.offset, values);
    this.touch();
  }

  toArray(): Float32Array | Float64Array {
    return this.engine.read(this.offset, this.size);
  }

  gradient(): Float32Array | Float64Array {
    return this.engine.read(this.gradientOffset, this.size);
  }

  zeroGradient(): void {
    this.engine.fill(this.gradientOffset, this.size, 0);
  }

  /** Takes the numbers to another engine; gradients start again at zero. */
  moveTo(engine: Engine): void {
    const values = Float64Array.from(this.toArray());
    release(this.#held.storage);
    this.#held.storage = this.#allocate(engine, values);
    this.touch();
  }

  /**
   * A packed copy of the columns [column, column + columns) as the right-hand side of a product, made anew only after
   * the numbers have changed.
   *
   * @param transposed false: x·W, k = rows; true: g·Wᵀ, k = columns.
   */
  packed(column: number, columns: number, transposed: boolean): number {
    const { engine, packed } = this.#held.storage;
    const [k, n] = transposed ? [columns, this.rows] : [this.rows, columns];
    const key = `${transposed ? "T" : "N"}${column}:${columns}`;
    let copy = packed.get(key);
    if (copy === undefined) {
      copy = { offset: engine.heap.allocate(engine.packedSize(k, n)), version: -1 };
      packed.set(key, copy);
    }
    if (copy.version !== this.#version) {
      engine.pack(k, n, this.offset + column, this.columns, transposed, copy.offset);
      copy.version = this.#version;
    }
    return copy.offset;
  }
}
