/** A matrix rounded to 8-bit integers, with a scale for each row or each column. */

export interface Int8Matrix {
  readonly rows: number;
  readonly columns: number;
  /** -127 to 127, as `[rows, columns]`. */
  readonly values: Int8Array;
  /** What 1 stands for, as `[rows]` or `[columns]`. */
  readonly scales: Float32Array;
  readonly by: "rows" | "columns";
}

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

/**
 * Rounds a matrix to the nearest of 255 levels, symmetric about 0, of each row or each column.
 *
 * What `fromInt8` gives is rounded to itself again: nothing more is lost however often a model is saved and loaded.
 *
 * @param values as `[rows, columns]`, finite.
 */
export function toInt8(values: ArrayLike<number>, rows: number, columns: number, by: "rows" | "columns"): Int8Matrix {
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
  return { rows, columns, values: rounded, scales, by };
}

/** The numbers that an int8 matrix stands for, exactly. */
export function fromInt8({ rows, columns, values, scales, by }: Int8Matrix): Float32Array {
  const numbers = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      numbers[i] = values[i]! * scales[by === "rows" ? row : column]!;
    }
  }
  return numbers;
}
