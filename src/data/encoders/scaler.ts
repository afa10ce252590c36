/** The scale of each column of a series: what a network reads and writes is near 0 and about 1 in size. */
import { RecurraError, shownJson } from "../../core/errors.ts";
import { isNumbers } from "../../core/is-numbers.ts";

/** How columns are scaled: to mean 0 and deviation 1, from 0 to 1, or not at all. */
export type Scaling = "standard" | "min-max" | "none";

/** `toJSON` of a scaler. */
export interface ScalerJson {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Scales each column by numbers of its own, and back.
 *
 *     z⟨t⟩ = (x⟨t⟩ - offset) / scale
 *
 * @example
 * ```ts
 * const scaler = Scaler.fit([1, 10, 3, 30], 2, "min-max"); // columns of 1, 3 and of 10, 30
 * scaler.scaled(0, 2); // 0.5
 * scaler.restored(1, 0.5); // 20
 * ```
 */
export class Scaler {
  readonly offset: readonly number[];
  readonly scale: readonly number[];

  constructor(offset: readonly number[], scale: readonly number[]) {
    this.offset = offset;
    this.scale = scale;
  }

  /**
   * Takes the scale of a series; give it the part to train on alone. A column that never changes keeps its size.
   *
   * @param values as [T, columns].
   */
  static fit(values: ArrayLike<number>, columns: number, scaling: Scaling): Scaler {
    const [offset, scale]: [number[], number[]] = [[], []];
    const rows = values.length / columns;
    for (let j = 0; j < columns; j++) {
      let [sum, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = j; i < values.length; i += columns) {
        sum += values[i]!;
        low = Math.min(low, values[i]!);
        high = Math.max(high, values[i]!);
      }
      const mean = sum / rows;
      let squares = 0;
      for (let i = j; i < values.length; i += columns) squares += (values[i]! - mean) * (values[i]! - mean);
      // rounding gives a column that never changes a deviation that is not quite 0
      const size = low === high ? 0 : scaling === "standard" ? Math.sqrt(squares / rows) : high - low;
      offset.push(scaling === "none" || rows === 0 ? 0 : scaling === "standard" ? mean : low);
      scale.push(scaling === "none" || !(size > 0) ? 1 : size);
    }
    return new Scaler(offset, scale);
  }

  scaled(column: number, value: number): number {
    return (value - this.offset[column]!) / this.scale[column]!;
  }

  restored(column: number, value: number): number {
    return value * this.scale[column]! + this.offset[column]!;
  }

  toJSON(): ScalerJson {
    return { offset: this.offset, scale: this.scale };
  }

  /** @throws file-format when there is not an offset and a scale above 0 for each column. */
  static fromJSON(json: unknown, columns: number, where: string): Scaler {
    const { offset, scale } = (json ?? {}) as Partial<ScalerJson>;
    if (isNumbers(offset, columns) && isNumbers(scale, columns) && scale.every((x) => x > 0)) {
      return new Scaler(offset, scale);
    }
    throw new RecurraError("file-format", {
      where,
      expected: `an offset and a scale above 0 for each of ${columns} columns`,
      got: shownJson(json),
    });
  }
}
