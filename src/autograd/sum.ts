/** The sum or mean of all elements. */
import { sum as kernel } from "../engine/sum.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addGradient } from "./add-gradient.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * scale · Σ x over all elements, as a [1, 1] tensor; added in float64 in a fixed order.
 *
 * @param scale default 1; 1 / x.size gives the mean.
 */
export function sum(x: Tensor, scale = 1): Tensor {
  const { engine } = x;
  const total = Tensor.allocate(engine, 1, 1, isRecorded(x));
  engine.fill(total.offset, 1, engine.run(kernel, x.offset, x.size) * scale);
  record(total, (gAt) => {
    const g = engine.read(gAt, 1)[0]! * scale;
    addGradient(x, (to) => engine.fill(to, x.size, g));
  });
  return total;
}
