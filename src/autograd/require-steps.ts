import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Checks that x holds the rows of a packing whose sequences all have a step: of none there is no mean and no largest.
 *
 * @throws shape.
 */
export function requireSteps(where: string, x: Tensor, packing: Packing): void {
  if (x.rows !== packing.rows) {
    throw new RecurraError("shape", { where, expected: `${packing.rows} rows`, got: `${x.rows}` });
  }
  const empty = packing.lengths.indexOf(0);
  if (empty >= 0) {
    throw new RecurraError("shape", {
      where: `${where}, sequence ${empty}`,
      expected: "at least 1 step",
      got: "none",
    });
  }
}
