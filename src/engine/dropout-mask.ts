import { philox4x32 } from "../core/random.ts";
import type { OwnKernel, Truth } from "./engine.ts";
import { FUNCTION_WORK } from "./wasm/kernels.ts";
import { emitPhilox } from "./wasm/philox.ts";

/** A dropout mask: 0 or `keep` for each of n units of each row. */
export interface DropoutMask {
  readonly rows: number;
  readonly n: number;
  /** The key of the random numbers, and the first two words of every counter. */
  readonly key: readonly [number, number];
  readonly counter: readonly [number, number];
  /** Integers, two a row: the third counter word, and the fourth of the row's first block. */
  readonly places: number;
  /** Units whose random word is below this are dropped: rate · 2³², below 2³². */
  readonly threshold: number;
  readonly keep: number;
  /** The mask [rows, n]; up to 15 elements behind it may be overwritten. */
  readonly to: number;
}

/**
 * Draws a mask: unit j of a row has word j mod 4 of the Philox block whose fourth counter word is j / 4 beyond the row's
 * first; both engines draw the same bits.
 */
export const dropoutMask: OwnKernel<[DropoutMask]> = (
  kernels,
  { rows, n, key, counter, places, threshold, keep, to },
) => {
  const draw = kernels.of(emitPhilox).dropout_mask!;
  // the kernel writes up to 15 elements behind the last row, which may be another thread's
  const unit = n % 16 === 0 ? 1 : rows;
  kernels.split(rows, unit, rows * n * FUNCTION_WORK, (first, count) => {
    const [place, target] = [(places + 2 * first) << 2, (to + first * n) << 2];
    draw(count, n, key[0], key[1], counter[0], counter[1], place, threshold, keep, target);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const dropoutMaskTruth: Truth<[DropoutMask]> = (
  values,
  { rows, n, key, counter, places, threshold, keep, to },
) => {
  const words = new Uint32Array(4);
  for (let i = 0; i < rows; i++) {
    const [third, first] = [values[places + 2 * i]!, values[places + 2 * i + 1]!];
    for (let j = 0; j < n; j++) {
      if (j % 4 === 0) philox4x32(words, counter[0], counter[1], third, first + j / 4, key[0], key[1]);
      values[to + i * n + j] = words[j % 4]! < threshold ? 0 : keep;
    }
  }
};
