/** How trained numbers begin. */
import { Random } from "./random.ts";

/** What draws the first weights: the same number gives the same weights everywhere. "none" leaves zeros, for weights that a file brings. */
export type WeightSeed = number | "none";

/**
 * Numbers uniform on ±bound.
 *
 * @param name of the matrix or vector: each has a stream of its own, so that another more or less changes no draw.
 * @throws option when the seed is neither "none" nor an integer from 0 to 2^53 - 1.
 */
export function drawUniform(seed: WeightSeed, name: string, count: number, bound: number): Float32Array {
  const values = new Float32Array(count);
  if (seed !== "none") new Random(seed, `weights ${name}`).fillUniform(values, -bound, bound);
  return values;
}
