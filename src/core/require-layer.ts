import type { WeightSeed } from "./draw-weights.ts";
import { requireInteger } from "./require-option.ts";

/**
 * Checks what a layer is made with.
 *
 * @param name the layer's, for messages.
 * @param sizes by the names of their options.
 * @throws option when a size is no integer of at least 1, or the seed is none.
 */
export function requireLayer(name: string, seed: WeightSeed, sizes: Readonly<Record<string, number>>): void {
  for (const [option, size] of Object.entries(sizes)) requireInteger(`${name}, ${option}`, size, 1);
  if (seed !== "none") requireInteger(`${name}, seed`, seed, 0);
}
