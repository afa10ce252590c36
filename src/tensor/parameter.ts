/** A trained matrix in engine memory, with its gradient and its packed copies. */
import { RecurraError } from "../core/errors.ts";
import type { Engine, Packed, Table } from "../engine/engine.ts";
import type { Int8Matrix, Scales } from "./int8-matrix.ts";

/** Where a parameter's numbers stand in one engine; what nothing has asked for yet has no place. */
interface Storage {
  readonly engine: Engine;
  /** The numbers while they have no place of their own: as they were given, or rounded to int8 for good. */
  numbers: Float32Array | Float64Array | Int8Matrix | undefined;
  value: number | undefined;
  gradient: number | undefined;
  /** Rows of int8 numbers to look up. */
  table: { readonly values: number; readonly scales: number } | undefined;
  /** Packed copies of column ranges by form, each with the version it was packed from. */
  readonly packed: Map<string, { readonly offset: number; version: number }>;
}

function release({ engine: { heap }, value, gradient, table, packed }: Storage): void {
  const places = [value, gradient, table?.values, table?.scales, ...Array.from(packed.values(), (copy) => copy.offset)];
  for (const place of places) if (place !== undefined) heap.free(place);
}

/** Frees the memory of parameters that nobody holds any more: users never free. */
const collected = new FinalizationRegistry<{ storage: Storage }>((held) => release(held.storage));

const isInt8 = (numbers: Storage["numbers"]): numbers is Int8Matrix => numbers !== undefined && "scales" in numbers;

/** The columns from `column` on, `columns` of them. */
export interface ColumnRange {
  readonly column: number;
  readonly columns: number;
}

/**
 * A trained matrix [rows, columns], or a vector with one row.
 *
 * Its numbers live on the engine's heap from when they are first used, its gradient from the first backward pass.
 * `moveTo` takes them to another engine, which is how a whole model runs in the float64 reference: a layer names its
 * parameters and never its engine. `roundToInt8` leaves a quarter of the bytes, to be used and no more to be trained.
 */
export class Parameter {
  /** Unique within a model: `rnn.0.weight_a`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Weight decay leaves vectors such as biases alone. */
  readonly decays: boolean;
  /** Ranges of columns that nothing trains: the places in a packed bias of gates that have none. */
  readonly fixedColumns: readonly ColumnRange[];
  /** The rows whose gradient is not zero, where only some are; undefined for all. */
  readonly #touchedRows: Set<number> | undefined;
  readonly #held: { storage: Storage };
  #version = 0;

  constructor(
    engine: Engine,
    name: string,
    rows: number,
    columns: number,
    values: ArrayLike<number>,
    options: {
      readonly decays?: boolean;
      readonly fixedColumns?: readonly ColumnRange[];
      readonly sparse?: boolean;
    } = {},
  ) {
    this.#touchedRows = options.sparse === true ? new Set() : undefined;
    this.name = name;
    this.rows = rows;
    this.columns = columns;
    this.decays = options.decays ?? rows > 1;
    this.fixedColumns = options.fixedColumns ?? [];
    this.#held = { storage: storageOf(engine, copyFor(engine, values)) };
    collected.register(this, this.#held);
  }

  get engine(): Engine {
    return this.#held.storage.engine;
  }
  /** Elements in all. */
  get size(): number {
    return this.rows * this.columns;
  }
  /** The scales of numbers that are int8, of each row or each column; undefined while they are not. */
  get int8(): Scales | undefined {
    const { numbers } = this.#held.storage;
    return isInt8(numbers) ? numbers.by : undefined;
  }
  /**
   * Where the numbers stand; whoever writes them calls `touch`.
   *
   * @throws unsupported when they are int8.
   */
  get offset(): number {
    const { storage } = this.#held;
    if (storage.value !== undefined) return storage.value;
    const { engine, numbers } = storage;
    if (isInt8(numbers)) throw this.#unsupported("their floats");
    storage.value = engine.heap.allocate(this.size);
    engine.write(storage.value, numbers!);
    storage.numbers = undefined;
    return storage.value;
  }
  /**
   * Where the gradient stands; backward passes add to it, `zeroGradient` clears it.
   *
   * @throws unsupported when the numbers are int8.
   */
  get gradientOffset(): number {
    const { storage } = this.#held;
    if (storage.gradient !== undefined) return storage.gradient;
    if (isInt8(storage.numbers)) throw this.#unsupported("a gradient");
    storage.gradient = storage.engine.heap.allocate(this.size);
    storage.engine.fill(storage.gradient, this.size, 0);
    return storage.gradient;
  }

  #unsupported(what: string): RecurraError {
    return new RecurraError("unsupported", {
      where: this.name,
      expected: "weights of float32",
      got: `int8, asked for ${what}`,
      hint: "A model of int8 is for use: train the one that it was made from.",
    });
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
    const { storage } = this.#held;
    if (storage.value === undefined) storage.numbers = copyFor(storage.engine, values);
    else storage.engine.write(storage.value, values);
    this.touch();
  }

  toArray(): Float32Array | Float64Array {
    const { engine, numbers, value } = this.#held.storage;
    if (value !== undefined) return engine.read(value, this.size);
    return isInt8(numbers) ? copyFor(engine, numbers.toFloats()) : numbers!.slice();
  }

  gradient(): Float32Array | Float64Array {
    return this.engine.read(this.gradientOffset, this.size);
  }

  zeroGradient(): void {
    for (const { first, count } of this.gradientRanges()) this.engine.fill(this.gradientOffset + first, count, 0);
    this.#touchedRows?.clear();
  }

  /** Whether only the rows that a step has read are updated. */
  get isSparse(): boolean {
    return this.#touchedRows !== undefined;
  }

  /** Says whose rows a gradient has been added to; of a sparse parameter the others are known to be zero. */
  touchRows(rows: Iterable<number>): void {
    if (this.#touchedRows !== undefined) for (const row of rows) this.#touchedRows.add(row);
  }

  /**
   * The elements whose gradient may not be zero, in order: all of them at once, or, of a sparse parameter, row by row
   * those that were touched since the last `zeroGradient`. Only these are summed, clipped and updated.
   */
  gradientRanges(): readonly { readonly first: number; readonly count: number }[] {
    if (this.#touchedRows === undefined) return [{ first: 0, count: this.size }];
    const rows = Int32Array.from(this.#touchedRows).sort();
    return Array.from(rows, (row) => ({ first: row * this.columns, count: this.columns }));
  }

  /** Takes the numbers to another engine; gradients start again at zero. */
  moveTo(engine: Engine): void {
    const { numbers } = this.#held.storage;
    const moved = isInt8(numbers) ? numbers : copyFor(engine, this.toArray());
    release(this.#held.storage);
    this.#held.storage = storageOf(engine, moved);
    this.#touchedRows?.clear();
    this.touch();
  }

  /**
   * Rounds the numbers to int8, which they stay in memory.
   *
   * @param by which share a scale: the columns where it multiplies rows of numbers, the rows where it is looked up or
   * its transpose multiplies.
   */
  async roundToInt8(by: Scales): Promise<void> {
    const { engine } = this;
    await engine.prepareInt8();
    const { Int8Matrix } = await import("./int8-matrix.ts");
    const rounded = Int8Matrix.round(this.toArray(), this.rows, this.columns, by);
    release(this.#held.storage);
    this.#held.storage = storageOf(engine, rounded);
    this.touch();
  }

  /** The columns from `column` on as rows to look up. */
  table(column: number): Table {
    const { storage } = this.#held;
    const { engine, numbers } = storage;
    if (!isInt8(numbers)) return this.offset + column;
    storage.table ??= numbers.toTable(engine);
    return { ...storage.table, column, by: numbers.by };
  }

  /**
   * A packed copy of the columns [column, column + columns) as the right-hand side of a product, made anew only after
   * the numbers have changed.
   *
   * @param transposed false: x·W, k = rows; true: g·Wᵀ, k = columns.
   * @throws unsupported when int8 numbers have no scale for each column of the product.
   */
  packed(column: number, columns: number, transposed: boolean): Packed {
    const { engine, numbers, packed } = this.#held.storage;
    const [k, n] = transposed ? [columns, this.rows] : [this.rows, columns];
    const key = `${transposed ? "T" : "N"}${column}:${columns}`;
    let copy = packed.get(key);
    if (copy === undefined) {
      const size = isInt8(numbers) ? engine.int8.packedSize(k, n) : engine.packedSize(k, n);
      copy = { offset: engine.heap.allocate(size), version: -1 };
      packed.set(key, copy);
    }
    if (copy.version !== this.#version) {
      if (isInt8(numbers)) {
        if (transposed !== (numbers.by === "rows")) throw this.#unsupported(`a product with scales of ${numbers.by}`);
        numbers.pack(engine, column, columns, copy.offset);
      } else engine.pack(k, n, this.offset + column, this.columns, transposed, copy.offset);
      copy.version = this.#version;
    }
    return isInt8(numbers) ? { int8: copy.offset } : copy.offset;
  }
}

function storageOf(engine: Engine, numbers: Storage["numbers"]): Storage {
  return { engine, numbers, value: undefined, gradient: undefined, table: undefined, packed: new Map() };
}

/** The numbers as the engine would hold them. */
function copyFor(engine: Engine, values: ArrayLike<number>): Float32Array | Float64Array {
  return engine.precision === "float32" ? new Float32Array(values) : new Float64Array(values);
}
