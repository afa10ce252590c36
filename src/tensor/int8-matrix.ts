/** A matrix rounded to 8-bit integers, with a scale for each row or each column. */
import type { Engine } from "../engine/engine.ts";

/** Below this a whole row counts as zeros. */
const SMALLEST = 1e-30;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** largest / 127, rounded up to 16 binary digits, so that each of its multiples to 127 is a float32. */
function scaleOf(largest: number): number {
  if (largest < SMALLEST) return 0;
  scratch[0] = largest / 127;
  scratchBits[0] = (scratchBits[0]! + 0xff) & ~0xff;
  return scratch[0]!;
}

/** What shares a scale. */
export type Scales = "rows" | "columns";

export class Int8Matrix {
  readonly rows: number;
  readonly columns: number;
  /** -127 to 127, as `[rows, columns]`. */
  readonly values: Int8Array;
  /** What 1 stands for, as `[rows]` or `[columns]`. */
  readonly scales: Float32Array;
  readonly by: Scales;

  constructor(rows: number, columns: number, values: Int8Array, scales: Float32Array, by: Scales) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.scales = scales;
    this.by = by;
  }

  /**
   * Rounds a matrix to the nearest of 255 levels, symmetric about 0, of each row or each column.
   *
   * What `toFloats` gives is rounded to itself again: nothing more is lost however often a model is saved and loaded.
   *
   * @param values as `[rows, columns]`, finite.
   */
  static round(values: ArrayLike<number>, rows: number, columns: number, by: Scales): Int8Matrix {
    const scales = new Float32Array(by === "rows" ? rows : columns);
    const at = (row: number, column: number): number => (by === "rows" ? row : column);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const place = at(row, column);
        scales[place] = Math.max(scales[place]!, Math.abs(values[row * columns + column]!));
      }
    }
    for (let i = 0; i < scales.length; i++) scales[i] = scaleOf(scales[i]!);
    const rounded = new Int8Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const scale = scales[at(row, column)]!;
        const i = row * columns + column;
        rounded[i] = scale === 0 ? 0 : Math.round(values[i]! / scale);
      }
    }
    return new Int8Matrix(rows, columns, rounded, scales, by);
  }

  /** The numbers that it stands for, exactly, as `[rows, columns]`. */
  toFloats(): Float32Array {
    const { rows, columns, values, scales, by } = this;
    const numbers = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const i = row * columns + column;
        numbers[i] = values[i]! * scales[by === "rows" ? row : column]!;
      }
    }
    return numbers;
  }

  /** Puts its rows on an engine's heap, to be looked up. */
  toTable(engine: Engine): { readonly values: number; readonly scales: number } {
    const values = engine.heap.allocate(engine.int8.sizeOf(this.values.length));
    engine.int8.write(values, this.values);
    const scales = engine.heap.allocate(this.scales.length);
    engine.write(scales, this.scales);
    return { values, scales };
  }

  /**
   * Packs the columns [column, column + columns) as the right-hand side of a product: with scales by columns themselves,
   * with scales by rows their transpose.
   */
  pack(engine: Engine, column: number, columns: number, to: number): void {
    const isTransposed = this.by === "rows";
    const [k, n] = isTransposed ? [columns, this.rows] : [this.rows, columns];
    const block = new Int8Array(k * n);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < n; j++) {
        block[i * n + j] = this.values[isTransposed ? j * this.columns + column + i : i * this.columns + column + j]!;
      }
    }
    const scales = isTransposed ? this.scales : this.scales.subarray(column, column + n);
    engine.int8.pack(k, n, block, scales, to);
  }
}
